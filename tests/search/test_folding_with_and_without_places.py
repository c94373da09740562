"""The quick folding for the index gives the text that the one with places gives for highlighting."""

from hypothesis import example, given
from hypothesis import strategies as st

from slm_graph.search.folding import fold, fold_with_places


@given(
    st.text(
        alphabet=st.one_of(st.sampled_from("aouAEeäöüßÄÖÜéﬁœ-"), st.characters(exclude_categories=["Cs"]))
    )
)
@example("aeeoeuee Süßmost GROẞE ﬁ œuvre İ")
def test_both_foldings_give_the_same_text(text: str) -> None:
    assert fold(text) == fold_with_places(text)[0]
