"""Installing the certificate of a site in its own network on a device."""
