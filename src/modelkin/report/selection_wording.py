"""Chosen queries and a sequential verdict in words, the same in text and HTML."""

from modelkin.records import Report, Stop
from modelkin.report.formatting import count, counted, number, percent, plain, probability, short

_STOPS = {
    Stop.EVIDENCE: "the evidence sufficed",
    Stop.BUDGET: "the budget was spent",
    Stop.HOPELESS: "the queries that were left could not have sufficed any more",
}


def selection_lines(report: Report) -> tuple[tuple[str, str], ...]:
    """Label and line of everything that there is to say."""
    return (*_selection(report), *_anytime(report))


def _selection(report: Report) -> tuple[tuple[str, str], ...]:
    found = report.selection
    if found is None:
        return ()
    with_copies = f" and {counted(found.copies, 'own copy', 'own copies')}" if found.copies else ""
    judges = counted(len(found.judging), "other family judges", "other families judge")
    chosen = (
        f"{counted(len(found.chosen), 'query', 'queries')} of {count(found.candidates)} "
        f"candidates by {plain(found.selector)}, with the answers of "
        f"{counted(len(found.selecting), 'family', 'families')}{with_copies}; {judges}"
    )
    agreement = (
        f"on the {count(found.answered)} asked the suspect gives the source's label to "
        f"{percent(found.suspect_agreement)}, judging families on average to "
        f"{percent(found.honest_agreement)}"
    )
    return (("chosen", chosen), ("agreement", agreement))


def _anytime(report: Report) -> tuple[tuple[str, str], ...]:
    found, chosen = report.anytime, report.selection
    if found is None or chosen is None:
        return ()
    draw = "committed to" if report.draw is not None else "not committed to"
    judges = counted(len(chosen.judging), "judging family", "judging families")
    sequence = (
        f"{counted(found.draws, 'query', 'queries')} of at most {count(found.most)} from "
        f"{count(found.pool)} selected ones, in random order, stopped because "
        f"{_STOPS[found.stopped]}; the order was {draw}"
    )
    error = (
        f"E = {short(found.e_value)}, needed 1/alpha = {short(1 / found.alpha)} "
        f"(alpha = {probability(found.alpha)})"
    )
    coverage = (
        f"{probability(found.coverage)}: the chance that the next honest family agrees more "
        f"often than the {judges}, whatever alpha is; together with alpha it bounds a false "
        "accusation"
    )
    copies = (
        f" or of one of {counted(found.copies, 'copy', 'copies')} of them" if found.copies else ""
    )
    bound = (
        f"r* = {number(found.bound)}: largest agreement of a judging family{copies} "
        f"{number(found.largest)}, margin {number(found.margin)}; of two of them in the "
        f"source's chair {number(found.chairs)}"
    )
    return (
        ("sequence", sequence),
        ("draw error", error),
        ("null coverage", coverage),
        ("bound", bound),
    )
