"""The tables and lines that commands show, a module for each. Student text is escaped."""
