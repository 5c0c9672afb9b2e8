"""The settings of the house in a throwaway folder, with a quick password hasher."""

import os
import tempfile

os.environ["HOABAN_VAR"] = tempfile.mkdtemp(prefix="hoaban-tests-")

from hoaban.web.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405 - WhiteNoise wants it to be there
