"""A spelling that an operator accepts goes into the text at its place; comments and everything else stay."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import watchlist
from monitor.errors import InputError
from monitor.watchlist import add_spelling

FORMS = [
    (
        "terms:\n  - Pantsir   # the gun\n  - MSMT",
        "terms:\n  - name: Pantsir   # the gun\n    also: [판치르]\n  - MSMT",
    ),
    ("terms: [MSMT, Pantsir]  # both\n", "terms: [MSMT, {name: Pantsir, also: [판치르]}]  # both\n"),
    ("terms:\n- 'Pantsir'", "terms:\n- name: 'Pantsir'\n  also: [판치르]"),
    (
        "terms:\n  - name: Pantsir # why\n    # a remark\n    near: [gun]\n",
        "terms:\n  - name: Pantsir # why\n    also: [판치르]\n    # a remark\n    near: [gun]\n",
    ),
    (
        "terms:\n  - name: Pantsir\n    also: [A b, 'Cc'] # why\n  - Dd\n",
        "terms:\n  - name: Pantsir\n    also: [A b, 'Cc', 판치르] # why\n  - Dd\n",
    ),
    (
        "terms:\n  - name: Pantsir\n    also: [A b,\n      Cc,  # why\n    ]\n  - Dd\n",
        "terms:\n  - name: Pantsir\n    also: [A b,\n      Cc, 판치르,  # why\n    ]\n  - Dd\n",
    ),
    (
        "terms:\n- name: Pantsir\n  also:\n  - A b # one\n  # the end\n\n- Dd\n",
        "terms:\n- name: Pantsir\n  also:\n  - A b # one\n  - 판치르\n  # the end\n\n- Dd\n",
    ),
    (
        "terms:\n  - name: Pantsir\n    also:\n      - country: KP\n  - Dd\n",
        "terms:\n  - name: Pantsir\n    also:\n      - country: KP\n      - 판치르\n  - Dd\n",
    ),
    ("terms:\n- name: Pantsir\n  also: Foo, bar # z\n", 'terms:\n- name: Pantsir\n  also: ["Foo, bar", 판치르] # z\n'),
    ("terms:\n- {name: Pantsir, near: [gun]}\n", "terms:\n- {name: Pantsir, near: [gun], also: [판치르]}\n"),
    ("terms:\r\n- Pantsir\r\n- Dd\r\n", "terms:\r\n- name: Pantsir\r\n  also: [판치르]\r\n- Dd\r\n"),
]


@pytest.mark.parametrize(("text", "expected"), FORMS)
def test_a_spelling_is_put_where_its_author_would_put_it(text, expected):
    assert add_spelling(text, "Pantsir", "판치르") == expected


LETTERS = st.characters(
    codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters="\ufeff\ufffd\ufffe\uffff"
)
"""Those that a watchlist may hold."""


@given(st.sampled_from(FORMS), st.text(LETTERS, max_size=100))
def test_whatever_the_spelling_the_text_reads_as_before_with_one_more(form, inner):
    text, spelling = form[0], f"x{inner}x"
    added = add_spelling(text, "Pantsir", spelling)
    before, after = ({term.name: term for term in watchlist.read(t, file="a.yaml").terms} for t in (text, added))
    was, now = before.pop("Pantsir"), after.pop("Pantsir")
    assert [name.text for name in now.names] == [*(name.text for name in was.names), spelling]
    assert now.near == was.near
    assert {name: term.names for name, term in after.items()} == {name: term.names for name, term in before.items()}
    assert all(remark in added for remark in re.findall("#.*", text))


@pytest.mark.parametrize(("text", "_"), FORMS)
def test_a_spelling_that_is_there_already_changes_nothing(text, _):
    assert add_spelling(text, "Pantsir", "Pantsir") == text
    once = add_spelling(text, "Pantsir", "판치르")
    assert add_spelling(once, "Pantsir", "판치르") == once


def test_other_mistakes_of_the_text_do_not_hinder_a_click():
    text = "titel: x\nterms:\n  - Pantsir\n"
    assert add_spelling(text, "Pantsir", "판치르") == "titel: x\nterms:\n  - name: Pantsir\n    also: [판치르]\n"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("terms: [MSMT]\n", "is no term of this text"),
        ("terms:\n  - Pantsir\n  - [\n", "cannot be edited by a click"),
        ("terms: [name: Pantsir]\n", "cannot be edited by a click"),
        ("terms:\n- name: Pantsir\n  also:\n", "cannot be edited by a click"),
        ("", "is no term of this text"),
    ],
)
def test_what_cannot_be_edited_says_so_and_what_to_do(text, problem):
    with pytest.raises(InputError, match=problem) as caught:
        add_spelling(text, "Pantsir", "판치르")
    assert "by hand" in str(caught.value)
