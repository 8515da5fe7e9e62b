"""Runs the code of a notebook in order, without Jupyter, and gives what each cell shows.

python -m tests.support.notebook examples/notebook.ipynb     # writes the outputs into the notebook
"""

from __future__ import annotations

import ast
import base64
import contextlib
import io
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib
import matplotlib.pyplot as plt


def code_cells(path: Path) -> list[dict[str, Any]]:
    """The cells of code, in order."""
    return [cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == "code"]


def run_cells(path: Path) -> Iterator[list[dict[str, Any]]]:
    """The outputs of each cell of code, in the format of notebooks: text that was printed, the last expression, figures.

    The notebook's folder is the working directory and the first on the path meanwhile, as in Jupyter.
    """
    matplotlib.use("agg")
    names: dict[str, Any] = {"__name__": "__main__"}
    before = os.getcwd()
    os.chdir(path.parent)
    sys.path.insert(0, str(path.parent))
    try:
        for cell in code_cells(path):
            yield list(_outputs("".join(cell["source"]), names))
    finally:
        os.chdir(before)
        sys.path.remove(str(path.parent))


def _outputs(code: str, names: dict[str, Any]) -> Iterator[dict[str, Any]]:
    tree = ast.parse(code)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    value = None
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(tree, "cell", "exec"), names)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), "cell", "eval"), names)
    if text := printed.getvalue():
        yield {"output_type": "stream", "name": "stdout", "text": text.splitlines(keepends=True)}
    for number in plt.get_fignums():
        image = io.BytesIO()
        figure = plt.figure(number)
        figure.savefig(image, format="png", dpi=72, bbox_inches="tight")
        plt.close(figure)
        data = {"image/png": base64.b64encode(image.getvalue()).decode(), "text/plain": [repr(figure)]}
        yield {"output_type": "display_data", "data": data, "metadata": {}}
    if value is not None:
        data = {"text/plain": repr(value).splitlines(keepends=True)}
        yield {"output_type": "execute_result", "execution_count": None, "data": data, "metadata": {}}


def main() -> None:
    """Writes the outputs into the notebook."""
    path = Path(sys.argv[1]).absolute()
    notebook = json.loads(path.read_text(encoding="utf-8"))
    outputs = run_cells(path)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = next(outputs)
    path.write_text(json.dumps(notebook, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
