"""The tables behind the filter. What the filter does is tried in tests/attack/sandbox."""

from tre.adapters.sandbox import seccomp


def test_no_call_stands_twice():
    names = [name for group in seccomp.DENIED.values() for name in group] + list(seccomp.ABSENT)
    assert len(names) == len(set(names))


def test_the_filter_is_whole_kernel_instructions_and_always_the_same():
    program = seccomp.program()
    assert len(program) > 400
    assert len(program) % 8 == 0
    seccomp.program.cache_clear()
    assert seccomp.program() == program


def test_no_call_of_the_tables_is_silently_left_out():
    names = {name for group in seccomp.DENIED.values() for name in group} | set(seccomp.ABSENT)
    assert set(seccomp.unknown_calls()) < names
    assert not {"unshare", "ptrace", "clone3", "bpf", "mount"} & set(seccomp.unknown_calls())
