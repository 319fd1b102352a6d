// Tells by being installed that this browser installs workers here. No page is in its scope, and it is taken away at once.
"use strict";
