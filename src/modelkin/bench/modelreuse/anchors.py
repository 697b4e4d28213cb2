"""What others published, to stand beside our figures. None of it was measured on our zoo."""

from modelkin.bench.table import Table

_WARNING = "Another zoo, with the victim's data: the order may be compared, the numbers may not."


def anchors() -> tuple[Table, ...]:
    """Published figures as tables, each marked as another zoo."""
    return (
        Table(
            name="anchor-qurd",
            title="QuRD (Godinot et al., AAAI 2025): TPR at 5 % FPR, 100 queries",
            note=_WARNING,
            head=(
                *("scheme", "quantize", "finetune", "transfer", "prune"),
                *("probability extraction", "label extraction", "adversarial label extraction"),
            ),
            rows=(
                ("AKH", "1.00", "1.00", "1.00", ".91", ".78", ".46", ".92"),
                ("IPGuard", "1.00", "1.00", "1.00", ".94", ".64", ".12", ".02"),
                ("ModelDiff", "1.00", "1.00", "1.00", ".94", ".59", ".15", ".16"),
                ("random + labels", ".93", "1.00", ".48", ".71", ".46", ".07", ".06"),
                ("SAC", "1.00", "1.00", "1.00", ".92", ".81", ".59", "1.00"),
                ("Zest", "1.00", "1.00", ".78", ".86", ".74", ".38", ".29"),
            ),
        ),
        Table(
            name="anchor-modelreuse",
            title="ModelReuse as published (114 models), replayed from published raw results",
            note=_WARNING,
            head=("scheme", "AUC", "TPR at 5 % FPR", "the same, stealing alone"),
            rows=(
                ("ModelDiff", ".824", ".699", ".06"),
                ("AKH", ".894", ".732", ".19"),
                ("Zest", "-", "-", ".34"),
            ),
        ),
        Table(
            name="anchor-modeldiff",
            title="ModelDiff's own logs (Li et al., ISSTA 2021): correct by its rule",
            note=f"{_WARNING} Recounted from the raw logs that its authors published.",
            head=("reuse", "correct", "of"),
            rows=(
                ("transfer", "12", "12"),
                ("quantize", "24", "24"),
                ("prune", "36", "36"),
                ("distill", "12", "12"),
                ("steal", "0", "24"),
            ),
        ),
    )
