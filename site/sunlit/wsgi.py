"""The WSGI application for HTTP workers of a cluster (gunicorn)."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sunlit.settings")
application = get_wsgi_application()

if settings.SUNLIT_PRODUCTION:
    from sunlit.production import refuse_unfit_database

    refuse_unfit_database()
