"""What is printed steers the terminal and the page."""
import sys

print("<script>document.documentElement.dataset.pwned=1</script></pre></li></ul></main>")
print("\x1b[2J\x1b[H\x9b31m\x1b]0;owned\x07\x1b]52;c;cm0gLXJm\x07", "ok\rno", "\b\b\b", "\u202etxt.exe", "a\u200bb", "\x00")
print("{{ 7 * 7 }}{% include 'x' %}{final_grade.student}%s%n", file=sys.stderr)
print("\ud800 \udfff \ufeff \u2028 \u2029 \U000e0041")
sys.stdout.buffer.write(b"\xff\xfe\x9b2J\n")


def double(x):
    print("<style>body{display:none}</style><base href=//evil.example><meta http-equiv=refresh content=0>")
    return x


def total(x):
    print("=HYPERLINK(\"http://evil.example\")\n" * 3, "Z" + "\u0335\u0317" * 400)
    return "<b>1</b>"


def mean(x):
    return float("nan")
