"""For each attack on hub, relay and gateway: what shows that it succeeds once its defence is switched off.

``ELSEWHERE`` names the test that switches it off; the attacks of ``BOTH_WAYS`` are made with and without the defence,
or by who may and who may not, in one test. ``WITHOUT`` are attacks that have no control, with the reason.
``test_controls`` holds this page to the tests that there are.

Where two defences stand in depth, the control switches off both: Tornado's own list of methods besides the relay's
table; the lab's switched-off parts, the page's policy and ``guard.js`` in the tests with a browser. Where the reader of
the bytes is the defence, its control is two readers who trust what they read (``readers``): by the first the hidden
request is the body of another, by the second it is a request.
"""

from typing import Final

ELSEWHERE: Final = {
    # What a browser asks the gateway for.
    "test_whole_files_do_not_pass": "test_whole_files_would_pass_without_the_table",
    "test_dressed_up_paths_do_not_pass": "test_dressed_up_paths_would_pass_a_reader_that_trusts_them",
    "test_forged_headers_do_not_pass": "test_forged_headers_would_pass_a_gateway_that_hands_all_on",
    "test_a_page_of_another_host_reaches_nothing": "test_a_page_of_another_host_would_be_answered",
    "test_two_requests_on_one_connection_are_judged_each": "test_whole_files_would_pass_without_the_table",
    "test_a_request_hidden_behind_another_is_judged_or_refused": (
        "test_two_readers_who_trust_what_they_read_would_let_it_through"
    ),
    "test_a_line_that_ends_early_hides_nothing": "test_two_readers_who_trust_what_they_read_would_let_it_through",
    "test_a_body_cannot_become_a_request_of_its_own": "test_a_body_would_become_one_if_its_length_were_lost",
    "test_a_head_without_end_is_not_listened_to": "test_a_head_would_be_listened_to_for_as_long_as_it_goes_on",
    "test_the_longest_address_is_short": "test_a_long_address_would_pass",
    "test_methods_beside_the_table_do_not_pass": "test_a_table_of_every_method_would_pass_them_on",
    # What a server inside answers.
    "test_an_answer_is_stripped_and_is_never_a_page": "test_an_answer_would_keep_its_headers_and_be_a_page",
    "test_a_redirect_elsewhere_is_refused": "test_a_redirect_would_lead_elsewhere",
    "test_a_page_of_its_own_is_not_passed_on": "test_a_page_of_its_own_would_be_passed_on",
    "test_an_unasked_answer_reaches_nobody": "test_an_unasked_answer_would_reach_the_next_request",
    "test_a_large_file_is_not_shown": "test_a_large_file_would_be_shown",
    "test_what_is_shown_is_counted_and_ends_at_the_limit": "test_without_a_limit_all_of_it_is_shown",
    "test_a_web_socket_on_other_terms_is_refused": "test_a_web_socket_on_other_terms_would_open",
    "test_a_request_through_an_open_web_socket_goes_nowhere": "test_bytes_that_are_no_frames_would_reach_the_server",
    "test_a_server_that_does_not_speak_in_frames_is_cut_off": (
        "test_a_server_that_does_not_speak_in_frames_would_be_heard"
    ),
    "test_other_ways_to_write_an_address_do_not_pass": (
        "test_an_address_beside_the_open_workspaces_would_be_taken_for_one"
    ),
    "test_there_is_nothing_beside_the_open_workspaces": (
        "test_an_address_beside_the_open_workspaces_would_be_taken_for_one"
    ),
    "test_a_web_socket_ends_at_the_limit_with_a_reason": "test_without_a_limit_a_web_socket_would_show_all_of_it",
    "test_lines_without_number_leave_their_end": "test_without_a_bound_a_flood_would_fill_memory",
    "test_a_line_without_end_and_signs_that_steer_a_terminal_leave_a_bounded_text": (
        "test_a_line_would_be_kept_with_the_signs_that_steer_a_terminal"
    ),
    "test_an_answer_that_is_not_plain_http_is_refused": "test_an_answer_that_is_not_plain_http_would_be_passed_on",
    "test_what_is_not_a_web_socket_does_not_become_one": "test_anything_would_become_a_web_socket",
    # What a workspace asks its relay for.
    "test_dressed_up_paths_are_refused": "test_an_open_table_would_let_dressed_up_paths_through",
    "test_the_hub_is_not_reached": "test_an_open_table_would_let_it_through",
    "test_a_forged_header_goes_no_further": "test_with_every_header_kept_it_would_go_on",
    "test_who_speaks_is_known_by_the_socket_and_not_by_what_is_said": "test_with_every_header_kept_it_would_go_on",
    "test_nothing_is_smuggled_past_the_table": (
        "test_readers_who_trust_what_they_read_would_be_led_to_the_second_request"
    ),
    "test_two_requests_hidden_in_one_are_judged_each": "test_an_open_table_would_pass_on_the_second_request",
    "test_other_methods_are_refused": "test_an_open_table_would_pass_on_other_methods",
    "test_the_hub_never_hears_the_airlocks_secret": "test_headers_without_a_target_would_tell_the_hub_the_secret",
    "test_a_large_body_is_refused": "test_a_large_body_would_go_on",
    "test_an_endless_head_is_cut_off": "test_an_endless_head_would_be_read",
    "test_one_workspace_cannot_use_up_the_hubs_descriptors": "test_without_a_limit_every_connection_would_be_held",
    "test_descriptors_sent_to_the_relay_stay_with_their_sender": (
        "test_a_reader_that_takes_descriptors_would_be_left_with_them"
    ),
    # Another person's session.
    "test_a_browser_that_is_logged_in_as_another_ends_at_a_refusal": (
        "test_a_browser_that_is_logged_in_as_ana_gets_in"
    ),
    "test_what_nobody_may_is_refused_to_its_owner_too": "test_an_administrator_passes_each_closed_door",
    "test_cookies_of_one_name_do_not_name_another": "test_cookies_made_with_the_hubs_key_name_her",
    "test_the_airlock_answers_nobody_by_the_workspaces_door": (
        "test_whoever_knows_the_relays_secret_is_answered_as_anybody"
    ),
    "test_a_full_home_ends_its_workspace_with_a_reason": (
        "test_without_its_limit_a_home_grows_and_its_workspace_stays"
    ),
}
BOTH_WAYS: Final = {
    "test_a_door_of_anas_opens_for_nobody_else",
    "test_a_token_in_the_address_opens_nothing",
    "test_the_token_of_a_workspace_is_worth_little_outside",
    "test_who_sends_byte_by_byte_is_cut_off",
    "test_an_output_sends_nothing",
    "test_an_output_does_not_take_the_page_away",
    "test_an_output_opens_no_connection",
    "test_an_output_saves_no_file",
    "test_a_window_that_is_opened_empty_is_led_nowhere",
    "test_a_script_in_the_page_reaches_no_other_host",
    "test_what_a_dashboard_says_sends_nothing",
    "test_a_dashboard_leads_to_no_other_host",
    "test_a_dashboard_saves_no_file",
    "test_a_dashboard_opens_for_nobody_else",
    "test_an_output_that_is_a_script_does_not_run",
    "test_html_that_is_read_in_two_ways_sends_nothing",
    "test_a_chart_runs_no_script",
    "test_a_script_reaches_nothing_by_a_frame_of_its_own",
    "test_a_link_leads_to_no_other_workspace",
    "test_what_is_followed_by_a_script_saves_no_file",
    "test_the_lab_offers_no_way_to_take_a_file_away",
}
# Attacks that have no control, with the reason.
WITHOUT: Final[dict[str, str]] = {}
# No attacks: what is allowed works.
NO_ATTACKS: Final = {
    "test_a_web_socket_passes_and_is_counted",
    "test_an_answer_is_heard_by_a_proxy_that_touches_its_connection_once_more",
    "test_an_airlock_that_is_down_is_said_to_be_down",
}
