"""What a course author imports to write checks, and how pytest runs them."""
