"""A syntax error whose line is markup."""
x = "<script>document.documentElement.dataset.pwned=1</script>" <img src=x onerror=alert(1)>
