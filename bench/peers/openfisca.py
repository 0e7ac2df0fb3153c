"""Measures and cases out of one JSON file, evaluated by OpenFisca; answers times and amounts as JSON."""

import json
import sys
import time

import numpy
from openfisca_core.entities import build_entity
from openfisca_core.periods import DateUnit
from openfisca_core.simulation_builder import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

with open(sys.argv[1], encoding="utf-8") as file:
    given = json.load(file)

Firm = build_entity("firm", "firms", "", is_person=True)
YEAR = "2021"
COMPARE = {">=": numpy.greater_equal, ">": numpy.greater, "<=": numpy.less_equal, "<": numpy.less}


def column(firm, period, fact):
    return firm(f"f{given['facts'].index(fact)}", period)


def holds(said, firm, period):
    if "all" in said:
        result = firm.filled_array(True, dtype=bool)
        for part in said["all"]:
            result = result & holds(part, firm, period)
        return result
    if "any" in said:
        result = firm.filled_array(False, dtype=bool)
        for part in said["any"]:
            result = result | holds(part, firm, period)
        return result
    if "not" in said:
        return numpy.logical_not(holds(said["not"], firm, period))
    values = column(firm, period, said["fact"])
    if "among" in said:
        return numpy.isin(values, said["among"])
    return COMPARE[said["compare"]](values, said["bound"])


def formula_of(measure):
    amount = measure.get("amount")

    def formula(firm, period):
        if amount is None:
            granted = firm.filled_array(0, dtype=numpy.float32)
        elif "yuan" in amount:
            granted = firm.filled_array(amount["yuan"], dtype=numpy.float32)
        else:
            share = column(firm, period, amount["of"]) * numpy.float32(amount["num"] / amount["den"])
            granted = numpy.minimum(share, amount["cap"]) if "cap" in amount else share
        return numpy.where(holds(measure["when"], firm, period), granted, -1)

    return formula


def variable(name, value_type, **more):
    common = {"value_type": value_type, "entity": Firm, "definition_period": DateUnit.YEAR, "label": name}
    return type(name, (Variable,), {**common, **more})


system = TaxBenefitSystem([Firm])
for index in range(len(given["facts"])):
    system.add_variable(variable(f"f{index}", float))
for index, measure in enumerate(given["measures"]):
    system.add_variable(variable(f"m{index}", float, formula=formula_of(measure)))
columns = [numpy.array(values, dtype=numpy.float32) for values in given["columns"]]


def run(start, end):
    """Seconds, and an array a measure."""
    begun = time.perf_counter()
    simulation = SimulationBuilder().build_default_simulation(system, count=end - start)
    for at, values in enumerate(columns):
        simulation.set_input(f"f{at}", YEAR, values[start:end])
    found = [simulation.calculate(f"m{at}", YEAR) for at in range(len(given["measures"]))]
    return time.perf_counter() - begun, found


singles = min(given["singles"], given["count"])
run(0, 1)
one = [run(at, at + 1)[0] for at in range(singles)]
whole = min(run(0, given["count"])[0] for _ in range(3))
_, found = run(0, min(given["compared"], given["count"]))
fen = [[int(numpy.floor(float(it) * 100)) if it >= 0 else None for it in values] for values in found]
json.dump({"oneMs": sum(one) / len(one) * 1000, "allS": whole, "fen": fen}, sys.stdout)
