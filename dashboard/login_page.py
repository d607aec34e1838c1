"""The page where people come in: plain HTML, no script, nothing from anywhere else."""

from __future__ import annotations

from html import escape
from typing import Final

_PAGE: Final = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Log in · {title}</title>
<style>
:root {{ color-scheme: light dark; --text: #1a1b1e; --ground: #f4f5f7; --card: #fff; --line: #868e96; --bad: #b01e1e; }}
@media (prefers-color-scheme: dark) {{
  :root {{ --text: #e9ecef; --ground: #1a1b1e; --card: #25262b; --line: #909296; --bad: #ff9c9c; }}
}}
body {{ font: 16px/1.5 system-ui, sans-serif; color: var(--text); background: var(--ground); margin: 0;
  min-height: 100vh; display: grid; place-items: center; }}
main {{ background: var(--card); padding: 2rem; border-radius: 12px; width: min(22rem, 100vw - 5rem); }}
h1 {{ font-size: 1.4rem; margin: 0 0 1rem; }}
label {{ display: block; margin-top: .8rem; font-weight: 600; }}
input {{ font: inherit; color: inherit; background: transparent; width: 100%; box-sizing: border-box; padding: .5rem;
  border: 1px solid var(--line); border-radius: 8px; }}
button {{ font: inherit; font-weight: 600; margin-top: 1.2rem; width: 100%; padding: .6rem; border: 0;
  border-radius: 8px; background: #3b4fc4; color: #fff; cursor: pointer; }}
:focus-visible {{ outline: 3px solid #7b8cf0; outline-offset: 2px; }}
.said {{ color: var(--bad); font-weight: 600; }}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
{said}
<form method="post" action="/login">
<label for="name">Name</label>
<input id="name" name="name" autocomplete="username" autocapitalize="none" required autofocus>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<button type="submit">Log in</button>
</form>
<p>What is done here is written down: who, when, what, on which trial.</p>
</main>
</body>
</html>
"""


def login_page(title: str, said: str = "") -> str:
    """Write the page.

    Parameters
    ----------
    title : str
        Name of the dashboard.
    said : str
        Why someone did not come in.

    Returns
    -------
    str
        HTML; both texts are text, whatever stands in them.
    """
    told = f'<p class="said" role="alert">{escape(said)}</p>' if said else ""
    return _PAGE.format(title=escape(title), said=told)
