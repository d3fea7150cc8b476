"""A Jupyter server that tests start: they may be root, and Ctrl-C ends it without a question."""

c = get_config()  # noqa: F821

c.ServerApp.allow_root = True
c.ServerApp.answer_yes = True
