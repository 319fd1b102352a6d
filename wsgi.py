"""The site, for a WSGI server."""

from lms import connections
from lms.app import create_app
from lms.settings import Settings

connections.look_after()
app = create_app(Settings.load())
