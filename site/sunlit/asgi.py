"""The ASGI application for servers other than ``sunlit serve`` (uvicorn, Daphne)."""

import os

from django.conf import settings
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sunlit.settings")
application = get_asgi_application()

if settings.SUNLIT_PRODUCTION:
    from sunlit.production import refuse_unfit_database

    refuse_unfit_database()
