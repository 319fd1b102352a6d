"""Job roles: what is asked, how ready somebody is, who of a batch is nearest, and declared evidence."""
