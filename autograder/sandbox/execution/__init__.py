"""Student code in a worker (runs inside): read, executed statement by statement, and asked."""
