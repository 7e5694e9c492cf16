"""How well do name embedders find a part across German and English, and group names by family?

``unseen``: the embedder learns from one list of names (and the built-in glossary), a second list is
asked in one language for its names in the other; an equal name counts as found. ``own``: it learns
from the list that is asked. Family P@1: share of names whose nearest other name in the same language
is of the same family, learnt from the list itself. ``char tf-idf`` is the reference: character
3-5-grams, not reduced, learnt from the list that is asked. Rates are distinct names a second of
all names with sizes added; set OMP_NUM_THREADS=1 for those of one core.
"""

from __future__ import annotations

import argparse
import csv
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from catalog.arrays import FloatMatrix
from catalog.embedding.contract import Fittable, NamePair
from catalog.embedding.registry import text_embedder

LISTS = ("cpv_names_dev", "hardware_taxonomy_dev")
PRODUCTS = "flipkart_dev"
REFERENCE = "char tf-idf"
BUILTIN = ("builtin:bilingual", "builtin:tfidf", "builtin:bag-of-words")

Embed = Callable[[Sequence[str]], FloatMatrix]


@dataclass(frozen=True)
class Names:
    """A list of names with the family of each; either language may be empty."""

    title: str
    de: list[str]
    en: list[str]
    family: list[str]

    @property
    def pairs(self) -> list[NamePair]:
        """The list as a text embedder learns from it."""
        return [NamePair(de or None, en or None) for de, en in zip(self.de, self.en, strict=True)]


def read_names(folder: Path) -> Names:
    with (folder / "parts.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    columns = ([row[name] for row in rows] for name in ("name_de", "name_en", "family"))
    return Names(folder.name, *columns)


def learn(model: str, names: Names) -> Embed:
    if model == REFERENCE:
        return learn_reference(names)
    embedder = text_embedder(model)
    if isinstance(embedder, Fittable):
        embedder.fit(names.pairs)
    return embedder.embed_queries


def learn_reference(names: Names) -> Embed:
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), dtype=np.float32)
    vectorizer.fit(names.de + names.en)
    return lambda batch: np.asarray(vectorizer.transform(batch).toarray(), dtype=np.float32)


def hits(queries: FloatMatrix, documents: FloatMatrix, targets: Sequence[str]) -> list[float]:
    """Return hit@1 and hit@10; document i is called ``targets[i]``, and query i asks for that."""
    names = np.array(targets)
    nearest = np.argsort(-(queries @ documents.T), axis=1, kind="stable")[:, :10]
    is_hit = names[nearest] == names[:, None]
    return [float(is_hit[:, :depth].any(axis=1).mean()) for depth in (1, 10)]


def family_precision(rows: FloatMatrix, family: Sequence[str]) -> float:
    similarity = rows @ rows.T
    np.fill_diagonal(similarity, -np.inf)
    labels, of_row, sizes = np.unique(np.array(family), return_inverse=True, return_counts=True)
    same = labels[of_row[similarity.argmax(axis=1)]] == labels[of_row]
    return float(same[sizes[of_row] > 1].mean())


def translation_cells(embed: Embed, names: Names) -> list[float]:
    german, english = embed(names.de), embed(names.en)
    return hits(german, english, names.en) + hits(english, german, names.de)


def rate(embed: Embed, lists: Sequence[Names]) -> float:
    all_names = [name for names in lists for name in names.de + names.en if name]
    names = list(
        dict.fromkeys(f"{name} M{4 + n % 30}x{n % 200}" for n, name in enumerate(all_names))
    )
    start = time.perf_counter()
    embed(names)
    return len(names) / (time.perf_counter() - start)


def print_row(title: str, values: Sequence[float | str]) -> None:
    title = Path(title).name if title.startswith("onnx:") else title
    cells = [value if isinstance(value, str) else f"{value:.3f}" for value in values]
    print(f"| {title:<28} | {' | '.join(f'{cell:>9}' for cell in cells)} |", flush=True)


def print_translation(models: Sequence[str], lists: Sequence[Names]) -> None:
    first, second = lists
    columns = ["learnt", "asked", "de-en @1", "de-en @10", "en-de @1", "en-de @10"]
    print_row("embedder", columns)
    for model in models:
        for source, target in ((second, first), (first, second), (first, first), (second, second)):
            learnt = "own" if source is target else "unseen"
            if model == REFERENCE and learnt == "unseen":
                continue
            cells = translation_cells(learn(model, source), target)
            print_row(model, [learnt, target.title[:9], *cells])


def print_families(models: Sequence[str], lists: Sequence[Names], products: Names) -> None:
    first, second = lists
    short = [names.title.split("_")[0][:6] for names in lists]
    columns = [f"{title} {language}" for title in short for language in ("en", "de")]
    print_row("embedder: family P@1", [*columns, "flipkart", "names/s"])
    for model in models:
        cells: list[float | str] = []
        for names in (first, second):
            embed = learn(model, names)
            cells += [family_precision(embed(side), names.family) for side in (names.en, names.de)]
        embed = learn(model, products)
        cells.append(family_precision(embed(products.en), products.family))
        print_row(model, [*cells, f"{rate(embed, lists):.0f}"])


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--model", action="append", help="instead of the built-in ones and MiniLM")
    options = parser.parse_args()
    minilm = f"onnx:{options.shared / 'models' / 'all_minilm_l6_v2_onnx'}"
    models = [REFERENCE, *(options.model or [*BUILTIN, minilm])]
    lists = [read_names(options.shared / "data" / name) for name in LISTS]
    print_translation(models, lists)
    print()
    print_families(models, lists, read_names(options.shared / "data" / PRODUCTS))


if __name__ == "__main__":
    main()
