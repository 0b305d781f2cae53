"""Reserve: the proof that tokens and money on its way are covered by the bank's balance."""

from api.reserve.flow import prove, read_books
from api.reserve.model import Books, Difference, Proof

__all__ = ["Books", "Difference", "Proof", "prove", "read_books"]
