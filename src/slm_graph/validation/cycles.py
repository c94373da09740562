"""Cycles in a hierarchy, in one pass (Tarjan 1972)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set

from rdflib.term import Node


def cyclic_edges(edges: Mapping[Node, Set[Node]]) -> Iterator[tuple[Node, Node]]:
    """Every edge (from, to) that lies on a cycle, a node's edge to itself included.

    Iterative: a chain of concepts may be longer than Python's stack is deep. Takes time linear in nodes and edges.
    """
    index: dict[Node, int] = {}
    low: dict[Node, int] = {}
    component: dict[Node, int] = {}
    open_nodes: list[Node] = []
    for start in edges:
        if start in index:
            continue
        index[start] = low[start] = len(index)
        open_nodes.append(start)
        work = [(start, iter(edges[start]))]
        while work:
            node, heads = work[-1]
            for head in heads:
                if head not in index:
                    index[head] = low[head] = len(index)
                    open_nodes.append(head)
                    work.append((head, iter(edges.get(head, ()))))
                    break
                if head not in component:
                    low[node] = min(low[node], index[head])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    while node not in component:
                        component[open_nodes.pop()] = index[node]
    for tail, heads_ in edges.items():
        for head in heads_:
            if component[tail] == component[head]:
                yield tail, head
