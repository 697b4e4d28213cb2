"""What a reader of the results must know."""

NOTES = (
    (
        "Shares and losses are fractions: 0.10 is ten points. Same label set only; 100 queries "
        "of `image-mix-v1`, seed 0, unless the name says photos."
    ),
    (
        "`tpr5`: one threshold over all honest pairs (N2, same data, N3), which 5 % of them "
        "exceed. `cohort`: as tpr5, after what a cohort of honest models explains is taken out. "
        "`rule`: compare's own verdict at alpha 0.05, by partial similarity, against one model "
        "of each honest family of the task. `raw`: the same by plain similarity. `remarked`: not "
        "called related, but compare's report says that it is less like the source than honest "
        "models are. `other_classes`: compare takes its classes for others than the source's."
    ),
    (
        "Honest models do not evade, but are seen through the same access, and as rounded as "
        "the suspects are."
    ),
    (
        "`top-5` and `top-1` are judged by labels, as compare does; `detect` looks at "
        "roughness, curvature and contrast of the picture; `detect-all` recognises every query "
        "that is no photograph and permutes its scores."
    ),
    (
        "`noise-1-averaged`: noise that is new in every answer; 25 queries, each put four "
        "times, so the budget is the same 100."
    ),
    (
        "`removed`: copies fine-tuned against the 500 queries of seed 0, the 100 asked among "
        "them, six passes on the other half of the data, at most 3 points of accuracy lost on "
        "half of the test pictures; the loss is against plain fine-tuned copies of the same "
        "sources. `known`: the queries that the evader has; `fresh`: another seed of the recipe; "
        "the others are kinds of queries that it did not train against, `training-set` the "
        "source's own training pictures."
    ),
    (
        "`honest_*`: honest models that compare calls related, by partial (`accused`) and plain "
        "similarity (`accused_raw`), or remarks on, each judged by the other families."
    ),
    "Intervals: bootstrap over the lineages of the sources, paired for losses.",
)
