"""Settings of a test run: the platform's own, over a data folder that vanishes with the run.

Nothing of the developer's own installation is read or written. `TEST_DATABASE_URL`,
`TEST_REDIS_URL` and `TEST_ELASTICSEARCH_URL` (set by ``tests.services``) name the services.
"""

import atexit
import os
import shutil
import tempfile

_worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
_folder = tempfile.mkdtemp(prefix="sunlit-test-")
atexit.register(shutil.rmtree, _folder, ignore_errors=True)

for _name in (
    "SECRET_KEY",
    "SUNLIT_PRODUCTION",
    "DATABASE_URL",
    "REDIS_URL",
    "ELASTICSEARCH_URL",
    "TRUSTED_PROXIES",
):
    os.environ.pop(_name, None)
os.environ["DATA_DIR"] = _folder
os.environ["LOG_LEVEL"] = "WARNING"
if os.environ.get("TEST_DATABASE_URL"):
    os.environ["DATABASE_URL"] = os.environ["TEST_DATABASE_URL"]
if os.environ.get("TEST_REDIS_URL"):
    os.environ["REDIS_URL"] = f"{os.environ['TEST_REDIS_URL'].rstrip('/')}/{_worker}"
    os.environ["SUNLIT_INLINE_DELIVERIES"] = "1"
if os.environ.get("TEST_ELASTICSEARCH_URL"):
    os.environ["ELASTICSEARCH_URL"] = os.environ["TEST_ELASTICSEARCH_URL"]

from sunlit.settings import *  # noqa: E402, F403
from sunlit.settings import ALLOWED_HOSTS, DATABASES  # noqa: E402

ALLOWED_HOSTS += ["testserver"]
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A test run need not survive a power cut.
    _options = DATABASES["default"]["OPTIONS"]
    _options["init_command"] = _options["init_command"].replace("synchronous=FULL", "synchronous=OFF")
# These three have tests of their own; everywhere else they would only be in the way.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MICRO_CACHE_SECONDS = 0
RATE_LIMITS_ENABLED = False
# Look files up when they are asked for, instead of all of them for each test client.
WHITENOISE_AUTOREFRESH = True
ELASTICSEARCH_INDEX = f"sunlit-test-{_worker}"
