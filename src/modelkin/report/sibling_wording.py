"""What the references can say of models of the source's own data, in words."""

from modelkin.records import Decision
from modelkin.report.formatting import counted, probability


def sibling_line(decision: Decision) -> str | None:
    """How many references can tell a copy from a sibling, and what they alone can support.

    Args:
        decision: judged against references.

    Returns:
        None without references.
    """
    null = decision.null
    if null is None or not null.scores:
        return None
    own = null.siblings
    families = len(own.family_scores)
    everyone = counted(len(null.family_scores), "family", "families")
    if not families:
        return (
            "no reference is known to be made as the source was, from its own data (N3): nothing "
            "here tells a copy from an honest model of the same data"
        )
    alone = f"floor 1/({families} + 1) = {probability(own.floor)}"
    if decision.p_value is not None:
        alone = f"p = {probability(own.p_value(decision.judged))}, {alone}"
    elif decision.e_value is not None:
        alone = f"null coverage 1/({families} + 1) = {probability(own.floor)}"
    return (
        f"{families} of {everyone} {'was' if families == 1 else 'were'} made as the source was, "
        f"from its own data (N3); only these tell a copy from an honest model of the same "
        f"data, and with them alone {alone}"
    )
