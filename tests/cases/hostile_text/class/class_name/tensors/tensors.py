"""The class of an exception is called after markup; the import fails."""
raise type("<img src=x onerror=document.documentElement.dataset.pwned=1>", (Exception,), {})("<script>pwned</script>")
