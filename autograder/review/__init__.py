"""A local web application in which people mark beside the work."""
