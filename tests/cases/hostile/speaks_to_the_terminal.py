# ends: cell raised
# earns: 10
"""An exception whose name and text speak to the terminal: title, clipboard, colour, links, tables, markup."""

NAME = "\x1b]52;c;cm0gLXJm\x07\x1b[2J\x9b31m[bold red]10 of 10[/]\r\n│ 10 │ passed"

print(NAME, "\x1b]8;;file:///etc/passwd\x07click\x1b]8;;\x07", "\x1bP+q544e\x1b\\")
raise type(NAME, (Exception,), {"__module__": NAME})(NAME)
