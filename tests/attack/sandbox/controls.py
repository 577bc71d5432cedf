"""For each attack of this folder: what shows that it succeeds once its defence is switched off.

The many attempts of ``table`` have theirs there, each made twice by ``test_attempts``. ``BY_TABLE`` names, for a test
that looks in from outside, the attempts of that table by which its defence is switched off; ``ELSEWHERE`` the test that
does; the attacks of ``BOTH_WAYS`` are made with and without it in one test. ``test_controls`` holds this page to the
tests and attempts that there are.
"""

from typing import Final

BY_TABLE: Final = {
    "test_the_only_interface_is_its_own_loopback": ["the host's network interfaces"],
    "test_servers_of_the_host_are_out_of_reach": [
        "TCP to the host's loopback",
        "TCP to the host's loopback by IPv6",
        "a stream of the host's abstract sockets",
    ],
    "test_there_is_no_way_to_any_other_machine": ["TCP to another machine", "a name server on the host's loopback"],
    "test_unusual_socket_families_are_refused": [
        "AF_PACKET",
        "AF_VSOCK",
        "AF_ALG",
        "netlink of the audit",
        "a family in a number's high half",
    ],
    "test_raw_sockets_are_refused_and_usual_ones_work": ["a raw socket for pings"],
    "test_other_homes_and_the_hosts_state_are_not_there": ["another's notes", "the machine's own state"],
    "test_nothing_shared_can_be_written": [
        "writing the view",
        "writing the system",
        "writing the interpreter's packages",
        "writing our own packages",
    ],
    "test_it_holds_no_capability_and_can_gain_none": ["capabilities", "new privileges by a program", "keyctl"],
    "test_it_is_an_ordinary_user_without_groups": ["ids of root"],
    "test_calls_that_widen_rights_are_refused": [
        "a new user namespace",
        "a mount",
        "keys pushed into a terminal",
        "ids of root",
        "a file given to root",
    ],
    "test_calls_that_escape_filter_or_limits_are_absent": [
        "a new user namespace by clone3",
        "memfd_create",
        "a new segment of shared memory",
    ],
    "test_only_its_own_processes_are_seen_and_they_name_no_place_of_the_host": [
        "the command line of a process of the host"
    ],
    "test_no_descriptor_but_the_three_is_inherited": ["a descriptor of a folder of the host"],
    "test_nothing_of_the_hosts_environment_is_inside": ["a secret of whoever opened the room"],
    "test_files_are_read_with_the_rights_of_nobody_in_particular": ["what only its owner may read"],
    "test_limits_of_single_processes_are_on": ["more open files than allowed", "a core file"],
}
ELSEWHERE: Final = {
    "test_it_is_held": "test_it_succeeds_without_its_defence",
    # What uses the machine up.
    "test_a_home_has_a_largest_size": "test_without_its_limit_a_home_grows",
    "test_a_home_has_a_largest_number_of_files": "test_without_its_limit_a_home_grows",
    "test_cached_files_stay_below_the_limit_and_end_nobody": "test_with_room_more_is_cached",
    "test_a_memory_bomb_is_stopped_near_its_limit": "test_memory_goes_on",
    "test_memory_is_counted_over_all_processes": "test_memory_of_many_goes_on",
    "test_a_fork_bomb_is_stopped": "test_forks_go_on",
    "test_files_have_a_largest_size_and_memory_folders_too": "test_files_go_on",
    "test_a_large_log_is_cut": "test_a_log_goes_on",
    # What is left when it ends.
    "test_time_over_ends_everything_inside": "test_without_a_namespace_of_its_own_processes_go_on",
    "test_the_end_of_the_first_program_ends_its_background_ones": (
        "test_without_a_namespace_of_its_own_processes_go_on"
    ),
    "test_nothing_outlives_the_program_that_opened_it": "test_it_would_outlive_the_program_that_opened_it",
    # Folders that are read from outside.
    "test_a_trick_is_refused_and_leaves_nothing": "test_a_copy_that_takes_everything_would_take_it",
    "test_a_single_file_is_read_with_the_same_care": "test_a_reader_that_opens_by_name_would_be_led_elsewhere",
    "test_swapping_a_file_for_a_link_while_it_is_copied_never_yields_the_secret": (
        "test_a_copy_that_looks_first_and_opens_then_yields_it"
    ),
    # The terminal of whoever opened it.
    "test_the_terminal_of_who_opened_it_is_out_of_reach": "test_without_sessions_of_its_own_it_writes_there",
}
BOTH_WAYS: Final = {
    "test_memory_that_belongs_to_no_process_is_limited",
    "test_a_processor_is_shared_out",
}
# More controls of the same: what is left when the first is off.
ALSO_CONTROLS: Final = {"test_without_sessions_and_filter_it_types_there"}
# No attacks: what is allowed works, or the table itself is looked at.
NO_ATTACKS: Final = {
    "test_the_table_is_long_and_names_each_attempt_once",
    "test_what_a_link_leads_to_is_not_counted",
    "test_the_watchdog_ends_nobody_for_cached_files",
    "test_home_and_scratch_can_be_written",
}
