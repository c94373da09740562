"""The manifest: what the service is, where its parts answer (section 3)."""

from __future__ import annotations

from typing import Any

from slm_graph import __version__
from slm_graph.errors import Language, Text
from slm_graph.web.reconcile.asking import BATCH_SIZE
from slm_graph.web.reconcile.results import all_types
from slm_graph.web.site import Served

PREVIEW_WIDTH, PREVIEW_HEIGHT = 420, 220


def manifest(served: Served, language: Language, here: str) -> dict[str, Any]:
    service = f"{here}/reconcile"
    ask = f"?lang={language}"
    return {
        "versions": ["0.2"],
        "name": "slm-graph: " + Text(de="Kompetenzrahmen", en="competency frameworks").in_language(language),
        "identifierSpace": "http://www.w3.org/2004/02/skos/core#Concept",
        "schemaSpace": "http://www.w3.org/2004/02/skos/core#",
        "documentation": f"{here}/mappings",
        "serviceVersion": __version__,
        "defaultTypes": all_types(served, language)[:8],
        "batchSize": BATCH_SIZE,
        "view": {"url": f"{here}/doc/external?iri={{{{id}}}}"},
        "preview": {
            "url": f"{service}/preview{ask}&id={{{{id}}}}",
            "width": PREVIEW_WIDTH,
            "height": PREVIEW_HEIGHT,
        },
        "suggest": {
            kind: {"service_url": service, "service_path": f"/suggest/{kind}{ask}"}
            | (
                {"flyout_service_url": service, "flyout_service_path": f"/flyout{ask}&id=${{id}}"}
                if kind == "entity"
                else {}
            )
            for kind in ("entity", "type", "property")
        },
        "extend": {
            "propose_properties": {"service_url": service, "service_path": f"/properties{ask}"},
            "property_settings": [
                {
                    "name": "limit",
                    "label": Text(de="Höchstzahl", en="Limit").in_language(language),
                    "type": "number",
                    "default": 0,
                    "help_text": Text(
                        de="Werte je Begriff; 0: alle.", en="Values a concept; 0: all."
                    ).in_language(language),
                },
                {
                    "name": "language",
                    "label": Text(de="Sprache", en="Language").in_language(language),
                    "type": "text",
                    "default": language,
                    "help_text": Text(
                        de="Sprache der Texte, wie de oder en.", en="Language of texts, such as de or en."
                    ).in_language(language),
                },
            ],
        },
    }
