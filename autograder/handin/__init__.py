"""Hand-ins: archives, the class's folder of submissions, and collecting from other systems."""
