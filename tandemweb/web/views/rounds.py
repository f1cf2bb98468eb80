"""An exchange: the planning of a mission or the evaluation of one round, Claude left and Codex right."""

from dataclasses import dataclass

from flask import Blueprint

from tandemweb.domain.finding import Criterion
from tandemweb.domain.mission import Author, Document, DocumentKind, Exchange, Stage
from tandemweb.errors import NotFoundError
from tandemweb.services.convergence import ConvergenceStep, find_silent, list_convergence
from tandemweb.services.correcting import CorrectedExchange, CorrectedMission
from tandemweb.services.correction_requests import get_corrected_mission
from tandemweb.services.following import follow_mission
from tandemweb.web import urls
from tandemweb.web.databases import get_index, get_project, get_state
from tandemweb.web.finding_list import FindingList, build_finding_list, read_finding_query
from tandemweb.web.pages import page
from tandemweb.web.prose import Prose, render_documents
from tandemweb.web.rail import MissionPlace, RailStep, list_steps

blueprint = Blueprint("rounds", __name__)


@dataclass(frozen=True, slots=True)
class ExchangeStep:
    """One step of the discussion: what each side wrote, None where it wrote nothing."""

    number: int
    claude: Prose | None
    codex: Prose | None


@dataclass(frozen=True, slots=True)
class ExchangePage:
    """``exchange`` is as corrected; ``before`` are the documents that it is about, ``after`` is what came of it."""

    place: MissionPlace
    steps: tuple[RailStep, ...]
    exchange: Exchange
    criteria: dict[int, Criterion]
    convergence: tuple[ConvergenceStep, ...]
    silent: tuple[Author, ...]
    findings: FindingList
    before: tuple[Prose, ...]
    exchange_steps: tuple[ExchangeStep, ...]
    after: tuple[Prose, ...]


@page(blueprint, "/projects/<slug>/missions/<root>/<name>/planning", "rounds/show.html")
def planning(slug: str, root: str, name: str) -> ExchangePage:
    return build_page(slug, root, name, Stage.PLANNING, 1)


@page(blueprint, "/projects/<slug>/missions/<root>/<name>/rounds/<int:number>", "rounds/show.html")
def evaluation(slug: str, root: str, name: str, number: int) -> ExchangePage:
    return build_page(slug, root, name, Stage.EVALUATION, number)


def build_page(slug: str, root: str, name: str, stage: Stage, number: int) -> ExchangePage:
    project, index = get_project(slug), get_index()
    whole = get_corrected_mission(index, get_state(), slug, root, name)
    corrected, mission = get_exchange(whole, stage, number), whole.mission
    exchange = corrected.exchange
    key, address = "planning", urls.planning(slug, root, name)
    if stage is Stage.EVALUATION:
        key, address = f"evaluation-{number}", urls.evaluation(slug, root, name, number)
    prose = {text.document.path: text for text in render_documents(project, mission, exchange.documents)}
    discussion = [d for d in exchange.documents if d.kind is DocumentKind.DISCUSSION]
    others = [d for d in exchange.documents if d.kind is not DocumentKind.DISCUSSION]
    ends = {DocumentKind.SPEC, DocumentKind.EVALUATION}
    courses = follow_mission(index, slug, mission) if stage is Stage.EVALUATION else ()
    return ExchangePage(
        place=MissionPlace(slug, project.name, root, name, mission.path),
        steps=list_steps(slug, mission, key),
        exchange=exchange,
        criteria={criterion.number: criterion for criterion in mission.criteria},
        convergence=list_convergence(exchange),
        silent=find_silent(exchange),
        findings=build_finding_list(corrected, read_finding_query(address), courses),
        before=tuple(prose[d.path] for d in others if d.kind not in ends),
        exchange_steps=list_exchange_steps(discussion, prose),
        after=tuple(prose[d.path] for d in others if d.kind in ends),
    )


def get_exchange(whole: CorrectedMission, stage: Stage, number: int) -> CorrectedExchange:
    for corrected in whole.exchanges:
        if corrected.exchange.stage is stage and corrected.exchange.round == number:
            return corrected
    what = "no planning discussion" if stage is Stage.PLANNING else f"no round {number}"
    raise NotFoundError(f"The mission {whole.mission.name} has {what}.")


def list_exchange_steps(discussion: list[Document], prose: dict[str, Prose]) -> tuple[ExchangeStep, ...]:
    def find(number: int, author: Author) -> Prose | None:
        return next((prose[d.path] for d in discussion if d.step == number and d.author is author), None)

    numbers = sorted({d.step for d in discussion if d.step is not None})
    return tuple(ExchangeStep(number, find(number, Author.CLAUDE), find(number, Author.CODEX)) for number in numbers)
