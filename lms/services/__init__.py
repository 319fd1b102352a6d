"""What people do, one module an area; one function is one transaction and one commit."""
