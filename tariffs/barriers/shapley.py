"""Shares of a whole that depend on the order: each part's contribution, averaged over every order."""

from collections.abc import Mapping, Sequence
from math import factorial

from tariffs.sources import Array


def shapley(players: Sequence[str], worth: Mapping[frozenset[str], Array]) -> dict[str, Array]:
    r"""What each player adds, averaged over all orders in which they may come; the parts add up to the whole.

    .. math:: \phi_i = \sum_{S \not\ni i} \frac{|S|!\,(n-|S|-1)!}{n!} \left( v(S \cup i) - v(S) \right)

    Parameters
    ----------
    players : names, n of them.
    worth : v of every set of players, 2^n of them, each of one shape.

    References
    ----------
    Shapley (1953), in Contributions to the Theory of Games II, 307-317; for decompositions
    Shorrocks (2013), Journal of Economic Inequality 11, 99-126.
    """
    n = len(players)
    parts: dict[str, Array] = {}
    for player in players:
        total = 0.0 * worth[frozenset()]
        for some, value in worth.items():
            if player not in some:
                weight = factorial(len(some)) * factorial(n - len(some) - 1) / factorial(n)
                total = total + weight * (worth[some | {player}] - value)
        parts[player] = total
    return parts
