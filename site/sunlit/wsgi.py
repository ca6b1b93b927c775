"""The WSGI application for HTTP workers of a cluster (gunicorn)."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sunlit.settings")
application = get_wsgi_application()
