"""The figures of a report as PNG files; matplotlib draws them without any display."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from catalog.arrays import FloatMatrix
from catalog.errors import MissingExtra
from clustering.contract import NOISE, Curve
from clustering.report.contents import Confusion, ReportContents, label_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COUNTED = 40
"""Clusters of the count plot and of a confusion matrix, the largest; the others are summed up."""
_NOISE_COLOUR = "#c8c8c8"
_DPI = 110
_TITLES = {
    "elbow": ("Elbow", "k", "inertia"),
    "silhouette": ("Silhouette", "k", "silhouette"),
    "gap": ("Gap statistic", "k", "gap"),
    "separation": ("Separation in the neighbour graph", "k", "modularity x root of silhouette"),
    "k_distance": ("k-distance", "part", "distance to the k-th neighbour"),
}


def colours(contents: ReportContents) -> dict[int, str]:
    """Return a colour a cluster, the largest ones the most distinct; noise is grey."""
    from matplotlib import colormaps
    from matplotlib.colors import to_hex

    maps = [colormaps[name] for name in ("tab10", "Dark2", "Set2")]
    palette = [to_hex(colormap(place)) for colormap in maps for place in range(colormap.N)]
    colour_of = {
        profile.cluster: palette[at % len(palette)] for at, profile in enumerate(contents.profiles)
    }
    return {**colour_of, NOISE: _NOISE_COLOUR}


def draw_all(
    contents: ReportContents,
    clusters: Sequence[int],
    flat: FloatMatrix,
    deep: FloatMatrix,
    folder: Path,
) -> list[Path]:
    """Draw the maps, the counts, the curves that the run has, and the confusion matrix.

    ``clusters`` are those of the rows of ``flat`` (n, 2); ``deep`` (m, 3) are the first of them.
    """
    figures = {
        "map-2d": _map(contents, clusters, flat),
        "map-3d": _map(contents, clusters, deep),
        "counts": _counts(contents),
        **{
            name.replace("_", "-"): _curve(name, curve)
            for name, curve in contents.run.curves.items()
            if len(curve.x)
        },
    }
    if contents.confusion is not None:
        figures["confusion"] = _confusion(contents.confusion)
    return [_saved(figure, folder / f"{name}.png") for name, figure in figures.items()]


def check_installed() -> None:
    """Refuse before the work is done where the drawing library is missing."""
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        raise MissingExtra("the report", "report") from None


def _figure(width: float, height: float, projection: str | None = None) -> tuple[Figure, Any]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.add_subplot(projection=projection)


def _saved(figure: Figure, path: Path) -> Path:
    figure.savefig(path, dpi=_DPI)
    return path


def _map(contents: ReportContents, clusters: Sequence[int], places: FloatMatrix) -> Figure:
    figure, axes = _figure(9, 7, "3d" if places.shape[1] == 3 else None)
    colour_of, labels = colours(contents), np.asarray(clusters)[: len(places)]
    for cluster in [NOISE, *(profile.cluster for profile in reversed(contents.profiles))]:
        rows = places[labels == cluster]
        axes.scatter(*rows.T, s=9, c=colour_of[cluster], linewidths=0, alpha=0.8)
    if places.shape[1] == 2:
        _name_places(axes, contents, labels, places)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.set_title(f"{contents.run.run_id}: {len(places)} parts by t-SNE")
    return figure


def _name_places(
    axes: Axes, contents: ReportContents, labels: np.ndarray, places: FloatMatrix
) -> None:
    """Write each cluster's English label where most of it lies."""
    for profile in contents.profiles[:COUNTED]:
        rows = places[labels == profile.cluster]
        if len(rows):
            middle = np.median(rows, axis=0)
            nearest = rows[np.argmin(np.linalg.norm(rows - middle, axis=1))]
            text = axes.text(
                nearest[0], nearest[1], _plain(profile.label_en, 28), fontsize=7, ha="center"
            )
            text.set_bbox({"facecolor": "white", "alpha": 0.7, "edgecolor": "none", "pad": 0.6})


def _counts(contents: ReportContents) -> Figure:
    profiles = contents.profiles[:COUNTED]
    names = [_plain(f"{profile.cluster}  {label_of(profile)}", 52) for profile in profiles]
    sizes, colour_of = [profile.size for profile in profiles], colours(contents)
    tints = [colour_of[profile.cluster] for profile in profiles]
    rest_size = sum(profile.size for profile in contents.profiles[COUNTED:])
    for name, size in (
        (f"{len(contents.profiles) - COUNTED} more", rest_size),
        ("noise", contents.noise),
    ):
        if size:
            names, sizes, tints = [*names, name], [*sizes, size], [*tints, _NOISE_COLOUR]
    figure, axes = _figure(9, 1.2 + 0.26 * len(names))
    rows = np.arange(len(names))
    bars = axes.barh(rows, sizes, color=tints)
    axes.bar_label(bars, padding=3, fontsize=8)
    axes.margins(x=0.1)
    axes.set_yticks(rows, names, fontsize=8)
    axes.invert_yaxis()
    axes.set_xlabel("parts")
    axes.set_title("Parts a cluster")
    return figure


def _curve(name: str, curve: Curve) -> Figure:
    title, x_name, y_name = _TITLES.get(name, (name, "x", "y"))
    figure, axes = _figure(6.5, 3.8)
    many = len(curve.x) > 60
    axes.plot(curve.x, curve.y, "-" if many else "o-", markersize=4)
    if curve.chosen is not None:
        # Of a k-distance curve a distance was chosen, of the others a k.
        draw = axes.axhline if name == "k_distance" else axes.axvline
        draw(curve.chosen, color="#d62728", linestyle="--", label=f"chosen: {curve.chosen:.4g}")
        axes.legend()
    axes.set(title=title, xlabel=x_name, ylabel=y_name)
    axes.grid(alpha=0.3)
    if name != "k_distance":
        axes.xaxis.get_major_locator().set_params(integer=True)
    return figure


def _confusion(confusion: Confusion) -> Figure:
    counts = confusion.counts[:COUNTED, :COUNTED]
    rows, columns = counts.shape
    figure, axes = _figure(3.5 + 0.34 * columns, 2.8 + 0.3 * rows)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for row, column in zip(*np.nonzero(counts), strict=True):
        tint = "white" if shares[row, column] > 0.55 else "black"
        axes.text(
            column, row, counts[row, column], ha="center", va="center", fontsize=7, color=tint
        )
    names = [_plain(name, 34) for name in confusion.clusters[:columns]]
    axes.set_xticks(np.arange(columns), names, rotation=60, ha="right", fontsize=7)
    axes.set_yticks(
        np.arange(rows), [_plain(name, 34) for name in confusion.families[:rows]], fontsize=7
    )
    axes.set(title="Families and clusters", xlabel="cluster", ylabel="family")
    return figure


def _plain(text: str, width: int) -> str:
    """Return a text that matplotlib writes as it is: no mathematics, no line breaks, cut to fit."""
    flat = " ".join(text.split()).replace("$", r"\$")
    return flat if len(flat) <= width else f"{flat[: width - 1]}…"
