"""Typing slips: one letter wrong, missing or too many, or two neighbours changed."""

from __future__ import annotations


def deletions(bare: str) -> set[str]:
    """A word and what is left of it without each letter: two words one slip apart share one of these."""
    return {bare, *(bare[:i] + bare[i + 1 :] for i in range(len(bare)))}


def one_slip(a: str, b: str) -> bool:
    """Do two words differ by one letter, or by two neighbours changing places?"""
    if a == b:
        return False
    start = 0
    while start < min(len(a), len(b)) and a[start] == b[start]:
        start += 1
    tail_a, tail_b = a[start:], b[start:]
    if tail_a[1:] == tail_b[1:] or tail_a[1:] == tail_b or tail_a == tail_b[1:]:
        return True
    return tail_a[:2] == tail_b[1::-1] and tail_a[2:] == tail_b[2:]
