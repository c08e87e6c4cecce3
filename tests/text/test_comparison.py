"""What changed between two versions of a small document, change by change."""

from __future__ import annotations

from cetu.text import parse, read
from cetu.text.comparison import compare

BEFORE = """关于推进登记工作的意见
一、总体要求
坚持便民利民，提高办事效率。
二、推进网上办理
推行网上申请，五个工作日内办结。（牵头单位：市公安局，责任单位：市民政局、市教育局）
三、加强培训
每年组织一次业务培训。（责任单位：市人力资源社会保障局）
"""


def compared(before: str, after: str):
    return compare(parse(read(before)), parse(read(after)), (str, str))


def test_the_same_text_has_no_change():
    found = compared(BEFORE, BEFORE)
    assert {change.kind for change in found.clauses} == {"same"}
    assert (found.came, found.went) == ((), ())


def test_changed_words_are_quoted_with_what_stands_before():
    found = compared(BEFORE, BEFORE.replace("五个工作日", "三个工作日"))
    [change] = found.of("changed")
    assert [(e.before, e.after) for e in change.edits] == [("五", "三")]
    assert change.edits[0].context.endswith("网上申请，")


def test_a_department_that_changes_its_role_comes_or_goes_is_named():
    found = compared(BEFORE, BEFORE.replace("牵头单位：市公安局，责任单位：市民政局、市教育局",
                                            "牵头单位：市民政局，责任单位：市公安局、市财政局"))
    [change] = found.of("changed")
    assert {(r.department, r.before, r.after) for r in change.roles} == {
        ("市公安局", ("lead",), ("responsible",)), ("市民政局", ("responsible",), ("lead",)),
        ("市教育局", ("responsible",), ()), ("市财政局", (), ("responsible",))}
    assert (found.came, found.went) == (("市财政局",), ("市教育局",))


def test_a_clause_that_only_moved_is_matched_by_its_words():
    after = BEFORE.replace("三、加强培训", "四、加强培训").replace(
        "三、", "三、").replace("四、加强培训", "三、公开信息\n及时公开服务事项清单。\n四、加强培训")
    found = compared(BEFORE, after)
    assert [(c.before, c.after) for c in found.of("changed")] == [("三", "四")]
    assert [c.after for c in found.of("added")] == ["三"]


def test_a_clause_that_was_left_out_stands_at_its_old_place():
    after = BEFORE.replace("二、推进网上办理\n推行网上申请，五个工作日内办结。（牵头单位：市公安局，责任单位：市民政局、市教育局）\n三、", "二、")
    found = compared(BEFORE, after)
    assert [(c.kind, c.before, c.after) for c in found.clauses] == [
        ("same", "一", "一"), ("removed", "二", ""), ("changed", "三", "二")]


def test_two_names_of_one_body_are_no_change():
    after = BEFORE.replace("市人力资源社会保障局", "市人社局")
    same = {"市人力资源社会保障局": "hr", "市人社局": "hr"}
    before, later = parse(read(BEFORE)), parse(read(after))
    found = compare(before, later, (lambda n: same.get(n, n), lambda n: same.get(n, n)))
    assert {change.kind for change in found.clauses} == {"same"}
