"""What a heading can announce, and the words by which evaluation reports, reviews and plans announce it."""

from enum import Enum


class Topic(Enum):
    """What stands under a heading."""

    __hash__ = object.__hash__  # members are alone of their kind; the usual one is ten times as slow

    UNKNOWN = "unknown"
    NEUTRAL = "neutral"  # environment, scope, method, evidence: nothing in it is a finding by its place
    VERDICT = "verdict"
    CHECKS = "checks"
    CRITERIA = "criteria"
    EDGE_CASES = "edge-cases"
    FINDINGS = "findings"
    RISKS = "risks"  # gaps, ambiguities, problems: findings in a plan, too
    SUGGESTIONS = "suggestions"
    PRAISE = "praise"
    DISAGREEMENTS = "disagreements"
    AGREED = "agreed"
    REJECTED = "rejected"
    ADOPTED = "adopted"  # points of a review and what became of them
    DEFERRED = "deferred"
    PREVIOUS = "previous"  # findings of an earlier round, looked at again
    FEEDBACK = "feedback"
    QUESTIONS = "questions"
    DECISIONS = "decisions"
    OUT_OF_SCOPE = "out-of-scope"
    IDEAS = "ideas"
    CONTEXT = "context"
    INTENT = "intent"
    SEVERITY = "severity"  # a severity and nothing else; the topic is that of the section around


# Tried in this order at the beginning of a heading, after its number and words such as "the" or "remaining".
VOCABULARY: tuple[tuple[Topic, str], ...] = (
    (
        Topic.INTENT,
        (
            r"(?:user(?:'?s)?(?: \w+)? |restated )?intent(?:ion)?s?|goals?|objectives?|mission(?: type)?|type|"
            r"purpose|"
            r"user story|user request"
        ),
    ),
    (
        Topic.CONTEXT,
        (
            r"context|investigation(?: findings| results| notes)?|background|what exists|existing (?:code|"
            r"behaviou?r|state)"
            r"|(?:what|how) (?:the |this |our )?(?:code|code base|app|application|program|system|it|tool|project) "
            r"(?:does|works?|behaves?|looks?|stands?)(?: like)?(?: today| now| currently)?"
            r"|(?:the )?(?:code|state|situation|program|system|app|project) "
            r"(?:today|now|so far|at present|as it (?:is|stands))"
            r"|where (?:we|things|it|the (?:code|project)) (?:are|is|stands?)\b|status quo|starting point|as[- ]is\b"
            r"|(?:current|present|today's) (?:state|behaviou?r|code|situation)"
            r"|code ?base\b|research|facts|considerations|analysis"
        ),
    ),
    (
        Topic.PREVIOUS,
        (
            r"(?:status of )?(?:previous|previously|prior|earlier|last round|what failed|re-?check|re-?test|"
            r"re-?verif\w+ of|regression"
            r"|follow[- ]?up (?:on|of)|round \d+ (?:findings|issues|points)|"
            r"(?:findings?|failures?|issues?|points?|problems?|defects?|bugs?) (?:of|from) "
            r"(?:the )?(?:last|previous|prior|earlier|round)(?: (?:round|evaluation|iteration|pass|time))?"
            r"|status of (?:round|earlier|prior)|fixed since|fixes since|carried over|resolved since|"
            r"(?:resolved|fixed|closed|open) (?:from|in|of|since) (?:the )?(?:previous|prior|last|earlier)|"
            r"(?:still )?open from (?:the )?(?:previous|prior|last|earlier))"
        ),
    ),
    (
        Topic.CHECKS,
        (
            r"mandatory(?: \w+){0,2}|build(?:,| and| &| /|$)|automated checks|checks?\b|test (?:results|run|"
            r"suite)|tests$|static checks|ci\b|baseline checks"
        ),
    ),
    (
        Topic.CRITERIA,
        (
            r"(?:(?:results?|verdicts?|assessment|status|evaluation) (?:by|per|for|of|on) (?:the |each |every )?)?"
            r"(?:acceptance )?criteri(?:a|on)|ac results|acs?\b|requirements?\b|"
            r"spec(?:ification)? compliance|acceptance"
        ),
    ),
    (Topic.EDGE_CASES, r"edge[- ]?cases?|boundar(?:y|ies)|corner cases?"),
    (
        Topic.PRAISE,
        (
            r"already (?:good|fine|right|well done)|"
            r"(?:what|things?)(?: that)? (?:work\w*|went|is|was|i like\w*)(?: \w+)? ?(?:well|good|right|"
            r"fine)|strengths?|strong (?:points|sides)|positives?|praise|highlights|good(?: (?:points|parts|things))?"
            r"|done well|well done|what'?s good|what i like\w*|looks good|kudos|what works"
            r"|(?:(?:what|things?)(?: that)? (?:is|are) )?in good (?:shape|order)"
            r"|(?:checked|looked at|verified)(?:,| and)? (?:found )?no (?:problems?|issues?)\b"
            r"|(?:not (?:an? )?|no )(?:problems?|issues?|risks?)$"
        ),
    ),
    (
        Topic.REJECTED,
        (
            r"(?:from (?:codex|claude)\S*,? not \w+|what i (?:do not|did not|don't|didn't|rejected?|"
            r"declined?)(?: \w+){0,2}|reject\w*|dismiss\w*|not (?:adopted|accepted|confirmed|reproduced|pursued|"
            r"reproducible|taken(?: up| over)?|upheld|a bug|findings|agreed)|declined|withdrawn|retracted|taken back|"
            r"dropped"
            r"|false positives?|non-?issues?|refuted|not adopted|overruled|unconfirmed|"
            r"considered and (?:rejected|dropped|not \w+)|checked and not (?:confirmed|reproduced)|discarded"
            r"|points? (?:that )?i (?:do|did) not (?:take|accept|adopt)\w*"
            r"|points? i (?:drop|withdraw|let go)|(?:what|where) i (?:keep|kept|stay with|stick to)\b"
            r"|kept against|not changed"
            r"|unchanged(?! (?:from|since)\b)"
            r"|where i (?:do not|don't|did not|didn't|cannot|can't) (?:follow|agree|share|go along|join))"
        ),
    ),
    (Topic.DEFERRED, r"deferr\w*|postponed|parked|left open|accepted risks?|known and left"),
    (
        Topic.DISAGREEMENTS,
        (
            r"partial(?:ly)? agree\w*|not (?:yet )?(?:settled|resolved)(?: between .*)?$|"
            r"where we (?:do not|don't|did not)\b|"
            r"(?:points of )?(?:disagree\w*|dispute[sd]?|disputed (?:points|"
            r"findings)|(?:still )?open between \w+|objections?|contested|points of contention|"
            r"(?:points )?(?:where|on which) (?:we|"
            r"i|codex|claude|both)\b.{0,20}(?:differ|disagree)(?:ed)?"
            r"|(?:(?:what|points?) )?(?:is |are |we )?still (?:argued?|debated?|contested)(?: (?:about|over))?"
            r"|where (?:the )?(?:two |both )?(?:investigations?|plans?|reports?|drafts?|models?) (?:differ|"
            r"disagree)(?:ed)?"
            r"|still (?:open|standing|disputed)|differences? and (?:how|their|resolutions?)"
            r"|differences? between (?:the )?(?:two |both )?(?:investigations?|reports?|drafts?|models?|codex|"
            r"claude))"
        ),
    ),
    (
        Topic.FINDINGS,
        r"what (?:i|we) (?:have |had )?(?:found|saw|seen|noticed|noted)\b(?! (?:only|in (?:codex|claude)))",
    ),
    (
        Topic.ADOPTED,
        (
            r"(?:what )?(?:only )?(?:both|codex|claude|i|we)(?: of us)? (?:also |both |had |alone |only )?"
            r"(?:found|saw|noted|raised|added)\b|(?:found|raised|seen|noted) (?:only )?by (?:both|codex|claude|"
            r"one|me)\b|"
            r"only (?:in |from |by )?(?:codex|claude)\b|(?:codex|claude)(?:-\d+)? only\b|reactions? to\b|"
            r"(?:adopted|accepted|taken over|incorporated|from codex|from claude|response to|reply to|"
            r"answers? to|on (?:codex|claude)|changes? (?:since|after|from|in (?:response|this)|made)"
            r"|positions? (?:after|on)|changed (?:since|after)|what (?:the review|changed|i changed)|what codex|"
            r"where the review led|"
            r"resolution of|"
            r"reconciliation|merge notes|review (?:points|comments|feedback)"
            r"|resolved(?: between| with|$)|"
            r"(?:treatment of |my |your |the )*(?:other )?points of (?:codex|claude|mine|yours)"
            r"|treatment of (?:my|your)(?: other)? points"
            r"|how (?:\w+ ){0,3}(?:was|were) (?:handled|resolved|addressed)|resolved (?:disagreements|points|"
            r"in)|disposition|positions? changed|addressed"
            r"|(?:codex|claude)(?:-\d+)?(?:'s)? (?:points|objections|review|disagreements|remarks|feedback|comments)"
            r"|points (?:of|from|in) (?:both|the two) (?:investigations?|reports?|drafts?|models?)"
            r"|(?:from )?both(?: of us)?$"
            r"|(?:points|what) both(?: of us|(?: the)? investigations)? (?:have|had|came to)\b"
            r"|synthesis|(?:reconciling|merging|combining|comparing|integrating) (?:the )?(?:two |both )?"
            r"(?:investigations?|reports?|plans?|drafts?)"
            r"|how (?:the )?(?:two |both )?(?:investigations?|reports?|drafts?) (?:fit|compare|relate|come|go|were)\b"
            r"|comparison (?:with|to|of|between) (?:the )?(?:two |both )?"
            r"(?:investigations?|reports?|drafts?|codex|claude)"
            r"|where i (?:give (?:way|in)|gave (?:way|in)|concede|yield|was wrong)\b"
            r"|where (?:codex|claude) (?:was|is) right|what i (?:took|take|have taken|adopted|accepted)\b"
            r"|taken (?:from|in)|points? (?:taken|accepted|adopted)|contributions? (?:from|by|of) (?:codex|claude)"
            r"|(?:codex|claude)(?:-\d+)?(?:'s)? contributions?|(?:responses|replies) to"
            r"|(?:integration|handling) of (?:codex|claude|the review|review)|(?:codex-\d+, )?point by point"
            r"|(?:review|resolution|change|revision) log|changelog|revision notes|resolutions?|settled"
            r"|decisions? on (?:codex|claude|the review)|unchanged (?:from|since)\b"
            r"|from (?:me|mine|my (?:own )?(?:list|report|investigation|findings|points|side|document))\b"
            r"|(?:findings|points|objections|comments) and (?:how|what became)\b.*)"
        ),
    ),
    (
        Topic.AGREED,
        (
            r"(?:points of )?agree(?:d|ments?|s)?\b(?! status)|"
            r"(?:verified|checked)(?: and (?:fine|right|true|confirmed)| claims?| points?)|confirmed (?:points|"
            r"claims)|"
            r"no objections?|fine as (?:they|it)\b|(?:everything|all|the) (?:else|others?|"
            r"rest)\b.{0,30}\bagree\w*|consensus|common ground|confirmed$|confirmations?$|"
            r"both agree|shared view|(?:where|what) (?:we|both)(?: \w+)? agree\w*"
        ),
    ),
    (
        Topic.QUESTIONS,
        (
            r"(?:open )?questions?|uncertaint\w+|open points?|unresolved questions?|clarifications?|"
            r"to clarify|to be (?:asked|settled|clarified|decided)|must be decided|"
            r"things? (?:that )?i am (?:unsure|not sure)|for the user|questions? (?:for|to)|decisions? needed|"
            r"unknowns?|undecided|to be decided|where (?:i am|i'm|we are) (?:un|not )sure|"
            r"(?:unverified )?assumptions?(?: (?:that )?i (?:could not|couldn't|did not|cannot) \w+)?|"
            r"points? to (?:settle|decide|clarify)"
        ),
    ),
    (Topic.DECISIONS, r"(?:key |design |architectural? |technical |major )?decisions?|choices"),
    (
        Topic.OUT_OF_SCOPE,
        (
            r"out[- ]of[- ](?:the )?(?:scope|spec)|non-?goals?|not in scope|"
            r"exclusions?|excluded|scope exclusions"
        ),
    ),
    (
        Topic.SUGGESTIONS,
        (
            r"suggest\w*|recommend\w*|improvements?|nice[- ]to[- ]haves?|polish|nits?\b|nitpicks?|optional|"
            r"minor suggestions|could be better|follow[- ]?ups?|hints?"
        ),
    ),
    (
        Topic.IDEAS,
        (
            r"(?:possible )?(?:directions?|ideas?)|possibilit\w+|future (?:work|ideas|directions)|"
            r"implementation (?:hints|ideas|notes)|approach(?:es)?"
            r"|how (?:i|we) would (?:build|do|make|solve|implement|go about|approach)(?: it| this| that)?"
        ),
    ),
    (
        Topic.RISKS,
        (
            r"(?:risks?|(?:\w+ )?gaps?|faults?|ambiguit\w*|problems?|concerns?|pitfalls?|hazards?|traps?|"
            r"defects?|bugs?|weakness\w*|shortcomings?|deviations?|contradictions?"
            r"|inconsistenc\w*|missing|red flags?|limitations?|overclaims?|unclear|failures?|regressions?|"
            r"vulnerabilit\w*|blockers?|failure scenarios?|issues?|unresolved|worr(?:y|ies)|obstacles?|dangers?|"
            r"caveats?|gotchas?|holes?|"
            r"existing (?:bugs?|defects?|problems?|gaps?)|(?:bugs?|defects?|gaps?) (?:found|seen)|lost in\b|"
            r"(?:still )?worried about|things? to be (?:careful|aware)|what i (?:would )?worry about|"
            r"points i (?:see|noticed|would raise)|weak (?:places|points)|"
            r"surprises?|tensions?|conflicts?|challenges?|difficult(?:y|ies)|threats?|failure modes?|"
            r"(?:weak|blind|sore) spots?|(?:sharp|rough) edges?|"
            r"(?:things?|points?) to watch(?: out for)?|watch[- ]?outs?|"
            r"(?:what|things?)(?: that)? (?:worr(?:y|ies)|bothers?|concerns?)(?: me| us)?|"
            r"what (?:stands|gets|is) in the way|what (?:is|'s) (?:missing|broken|unclear|not there)|"
            r"what (?:can|could|may|might|will|would) (?:go wrong|break|fail)|what (?:breaks|goes wrong))"
        ),
    ),
    (
        Topic.FINDINGS,
        (
            r"findings?|side findings?|(?:noticed|seen) (?:along|on) the way|new$|new (?:in|since) this\b|new points?|"
            r"(?:small(?:er)?|minor|little) (?:things|points|items|matters|remarks)|miscellan\w+|odds and ends|"
            r"before i (?:can )?approve|conditions? (?:for|of) (?:my )?approval|not blocking|"
            r"(?:must|should|to|could)[- ]fix|(?:non-?)?block(?:ing|ers?)$|"
            r"observations?|remarks?|points$|review (?:findings|results)|"
            r"code review|notes on the code"
        ),
    ),
    (Topic.FEEDBACK, r"(?:user )?feedback|feedback points|user(?:'s)? points"),
    (
        Topic.VERDICT,
        (
            r"(?:overall |final |own )?(?:verdict|summary|result|conclusion|outcome|assessment|overall|"
            r"rationale|tl;?dr|bottom line|agreement status|approval|status)"
        ),
    ),
    (
        Topic.NEUTRAL,
        (
            r"environment|method\w*|scope|evidence|what i (?:did|read|ran|checked)|how (?:i|this)|"
            r"reproduction|setup|files?\b|commands?|sources|inputs|appendix|log|references"
            r"|confidence|next steps?|notes?$|coverage|verification|not (?:run|tested|verified|checked)"
        ),
    ),
)
