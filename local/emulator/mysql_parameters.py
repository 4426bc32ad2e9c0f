"""The parameters of RDS's MySQL 8 families that can be changed, with what they may be set to.

Source: "Server System Variables" and "InnoDB Startup Options and System Variables" of the MySQL 8.0 and 8.4 reference
manuals, less what RDS keeps for itself (paths, replication, users: "Parameters for RDS for MySQL"). Of the values,
ranges and words are known of those that people set; the others take any value.
"""

DYNAMIC, STATIC = "dynamic", "static"

FAMILIES = ("mysql5.7", "mysql8.0", "mysql8.4")

SWITCH = "0,1"
LARGE = "0-18446744073709551615"

# Name -> (ApplyType, AllowedValues). Allowed values as RDS writes them: words by commas, or a range of whole numbers.
# Where RDS takes an expression ({DBInstanceClassMemory/12582880}), it does so in place of any number.
KNOWN_VALUES = {
    "autocommit": (DYNAMIC, SWITCH),
    "back_log": (STATIC, "1-65535"),
    "binlog_cache_size": (DYNAMIC, "4096-18446744073709547520"),
    "binlog_checksum": (DYNAMIC, "NONE,CRC32"),
    "binlog_format": (DYNAMIC, "ROW,STATEMENT,MIXED"),
    "binlog_row_image": (DYNAMIC, "full,minimal,noblob"),
    "connect_timeout": (DYNAMIC, "2-31536000"),
    "default_password_lifetime": (DYNAMIC, "0-65535"),
    "div_precision_increment": (DYNAMIC, "0-30"),
    "event_scheduler": (DYNAMIC, "ON,OFF"),
    "explicit_defaults_for_timestamp": (DYNAMIC, SWITCH),
    "general_log": (DYNAMIC, SWITCH),
    "group_concat_max_len": (DYNAMIC, "4-18446744073709551615"),
    "gtid-mode": (STATIC, "OFF,OFF_PERMISSIVE,ON_PERMISSIVE,ON"),
    "innodb_adaptive_hash_index": (DYNAMIC, SWITCH),
    "innodb_buffer_pool_dump_at_shutdown": (DYNAMIC, SWITCH),
    "innodb_buffer_pool_load_at_startup": (STATIC, SWITCH),
    "innodb_buffer_pool_instances": (STATIC, "1-64"),
    "innodb_buffer_pool_size": (DYNAMIC, "5242880-18446744073709551615"),
    "innodb_deadlock_detect": (DYNAMIC, SWITCH),
    "innodb_flush_log_at_trx_commit": (DYNAMIC, "0-2"),
    "innodb_flush_neighbors": (DYNAMIC, "0,1,2"),
    "innodb_io_capacity": (DYNAMIC, "100-18446744073709551615"),
    "innodb_lock_wait_timeout": (DYNAMIC, "1-1073741824"),
    "innodb_print_all_deadlocks": (DYNAMIC, SWITCH),
    "innodb_read_io_threads": (STATIC, "1-64"),
    "innodb_redo_log_capacity": (DYNAMIC, "8388608-137438953472"),
    "innodb_rollback_on_timeout": (STATIC, SWITCH),
    "innodb_stats_persistent": (DYNAMIC, "OFF,ON"),
    "innodb_strict_mode": (DYNAMIC, SWITCH),
    "innodb_write_io_threads": (STATIC, "1-64"),
    "interactive_timeout": (DYNAMIC, "1-31536000"),
    "local_infile": (DYNAMIC, SWITCH),
    "lock_wait_timeout": (DYNAMIC, "1-31536000"),
    "log_bin_trust_function_creators": (DYNAMIC, SWITCH),
    "log_error_verbosity": (DYNAMIC, "1-3"),
    "log_output": (DYNAMIC, "TABLE,FILE,NONE"),
    "log_queries_not_using_indexes": (DYNAMIC, SWITCH),
    "log_slow_admin_statements": (DYNAMIC, SWITCH),
    "log_throttle_queries_not_using_indexes": (DYNAMIC, LARGE),
    "long_query_time": (DYNAMIC, "0-31536000"),
    "lower_case_table_names": (STATIC, SWITCH),
    "max_allowed_packet": (DYNAMIC, "1024-1073741824"),
    "max_connect_errors": (DYNAMIC, "1-18446744073709547520"),
    "max_connections": (DYNAMIC, "1-100000"),
    "max_execution_time": (DYNAMIC, LARGE),
    "max_heap_table_size": (DYNAMIC, "16384-1844674407370954752"),
    "max_prepared_stmt_count": (DYNAMIC, "0-4194304"),
    "max_user_connections": (DYNAMIC, "0-4294967295"),
    "min_examined_row_limit": (DYNAMIC, LARGE),
    "net_read_timeout": (DYNAMIC, "1-31536000"),
    "net_write_timeout": (DYNAMIC, "1-31536000"),
    "password_history": (DYNAMIC, "0-4294967295"),
    "performance_schema": (STATIC, SWITCH),
    "require_secure_transport": (DYNAMIC, SWITCH),
    "skip_name_resolve": (STATIC, SWITCH),
    "skip_show_database": (STATIC, SWITCH),
    "slow_query_log": (DYNAMIC, SWITCH),
    "sync_binlog": (DYNAMIC, "0-4294967295"),
    "table_open_cache": (DYNAMIC, "1-524288"),
    "thread_cache_size": (DYNAMIC, "0-16384"),
    "tls_version": (STATIC, "TLSv1.2,TLSv1.3"),
    "tmp_table_size": (DYNAMIC, "1024-18446744073709551615"),
    "transaction_isolation": (DYNAMIC, "READ-UNCOMMITTED,READ-COMMITTED,REPEATABLE-READ,SERIALIZABLE"),
    "wait_timeout": (DYNAMIC, "1-31536000"),
}

# Parameters whose value is a list of the allowed words.
LISTS = frozenset({"log_output", "tls_version"})

# Parameters that take fractions.
FRACTIONS = frozenset({"long_query_time"})

OTHER_DYNAMIC = """
activate_all_roles_on_login auto_increment_increment auto_increment_offset automatic_sp_privileges
big_tables binlog_error_action binlog_group_commit_sync_delay binlog_group_commit_sync_no_delay_count
binlog_order_commits binlog_row_metadata binlog_row_value_options binlog_rows_query_log_events binlog_stmt_cache_size
binlog_transaction_compression binlog_transaction_compression_level_zstd binlog_transaction_dependency_history_size
binlog_transaction_dependency_tracking block_encryption_mode bulk_insert_buffer_size character_set_client
character_set_connection character_set_database character_set_filesystem character_set_results character_set_server
check_proxy_users collation_connection collation_database collation_server completion_type concurrent_insert
connection_memory_chunk_size connection_memory_limit cte_max_recursion_depth default_collation_for_utf8mb4
default_storage_engine default_table_encryption default_tmp_storage_engine default_week_format delay_key_write
delayed_insert_limit delayed_insert_timeout delayed_queue_size end_markers_in_json enforce_gtid_consistency
eq_range_index_dive_limit explain_format explain_json_format_version flush flush_time ft_boolean_syntax
generated_random_password_length global_connection_memory_limit global_connection_memory_tracking
group_replication_consistency gtid_executed_compression_period histogram_generation_max_mem_size host_cache_size
information_schema_stats_expiry init_connect innodb_adaptive_flushing innodb_adaptive_flushing_lwm
innodb_adaptive_max_sleep_delay innodb_autoextend_increment innodb_buffer_pool_dump_now
innodb_buffer_pool_dump_pct innodb_buffer_pool_load_abort innodb_buffer_pool_load_now innodb_change_buffer_max_size
innodb_change_buffering innodb_checksum_algorithm innodb_cmp_per_index_enabled innodb_commit_concurrency
innodb_compression_failure_threshold_pct innodb_compression_level innodb_compression_pad_pct_max
innodb_concurrency_tickets innodb_ddl_buffer_size innodb_ddl_threads innodb_default_row_format
innodb_disable_sort_file_cache innodb_file_per_table innodb_fill_factor innodb_flush_log_at_timeout innodb_flush_sync
innodb_flushing_avg_loops innodb_ft_aux_table innodb_ft_enable_diag_print innodb_ft_enable_stopword
innodb_ft_num_word_optimize innodb_ft_result_cache_limit innodb_ft_server_stopword_table innodb_ft_user_stopword_table
innodb_idle_flush_pct innodb_io_capacity_max innodb_log_buffer_size innodb_log_checksums innodb_log_compressed_pages
innodb_log_spin_cpu_abs_lwm innodb_log_spin_cpu_pct_hwm innodb_log_wait_for_flush_spin_hwm
innodb_log_write_ahead_size innodb_log_writer_threads innodb_lru_scan_depth innodb_max_dirty_pages_pct
innodb_max_dirty_pages_pct_lwm innodb_max_purge_lag innodb_max_purge_lag_delay innodb_max_undo_log_size
innodb_monitor_disable innodb_monitor_enable innodb_monitor_reset innodb_monitor_reset_all innodb_old_blocks_pct
innodb_old_blocks_time innodb_online_alter_log_max_size innodb_open_files innodb_optimize_fulltext_only
innodb_parallel_read_threads innodb_print_ddl_logs innodb_purge_batch_size innodb_purge_rseg_truncate_frequency
innodb_random_read_ahead innodb_read_ahead_threshold innodb_replication_delay innodb_rollback_segments
innodb_segment_reserve_factor innodb_spin_wait_delay innodb_spin_wait_pause_multiplier innodb_stats_auto_recalc
innodb_stats_include_delete_marked innodb_stats_method innodb_stats_on_metadata innodb_stats_persistent_sample_pages
innodb_stats_transient_sample_pages innodb_status_output innodb_status_output_locks innodb_sync_spin_loops
innodb_table_locks innodb_thread_concurrency innodb_thread_sleep_delay innodb_undo_log_truncate
innodb_use_fdatasync internal_tmp_mem_storage_engine join_buffer_size keep_files_on_create key_buffer_size
key_cache_age_threshold key_cache_block_size key_cache_division_limit keyring_operations lc_time_names
log_slow_extra log_slow_replica_statements log_slow_slave_statements log_statements_unsafe_for_binlog log_timestamps
low_priority_updates mandatory_roles max_binlog_cache_size max_binlog_size max_binlog_stmt_cache_size
max_delayed_threads max_error_count max_insert_delayed_threads max_join_size max_length_for_sort_data
max_points_in_geometry max_relay_log_size max_seeks_for_key max_sort_length max_sp_recursion_depth max_user_connections
max_write_lock_count myisam_data_pointer_size myisam_max_sort_file_size myisam_sort_buffer_size myisam_stats_method
myisam_use_mmap mysql_native_password_proxy_users net_buffer_length net_retry_count new offline_mode old_alter_table
optimizer_max_subgraph_pairs optimizer_prune_level optimizer_search_depth optimizer_switch optimizer_trace
optimizer_trace_features optimizer_trace_limit optimizer_trace_max_mem_size optimizer_trace_offset
parser_max_mem_size partial_revokes password_require_current password_reuse_interval
performance_schema_max_digest_sample_age performance_schema_show_processlist preload_buffer_size
print_identified_with_as_hex profiling profiling_history_size protocol_compression_algorithms query_alloc_block_size
query_prealloc_size range_alloc_block_size range_optimizer_max_mem_size rbr_exec_mode read_buffer_size read_only
read_rnd_buffer_size regexp_stack_limit regexp_time_limit replica_checkpoint_group replica_checkpoint_period
replica_compressed_protocol replica_exec_mode replica_max_allowed_packet replica_net_timeout
replica_parallel_type replica_parallel_workers replica_pending_jobs_size_max replica_preserve_commit_order
replica_sql_verify_checksum replica_transaction_retries replica_type_conversions
replication_optimize_for_static_plugin_config replication_sender_observe_commit_only resultset_metadata rpl_read_size
rpl_stop_replica_timeout schema_definition_cache secondary_engine_cost_threshold select_into_buffer_size
select_into_disk_sync select_into_disk_sync_delay session_track_gtids session_track_schema session_track_state_change
session_track_system_variables session_track_transaction_info set_operations_buffer_size sha256_password_proxy_users
show_create_table_skip_secondary_engine show_create_table_verbosity show_gipk_in_create_table_and_information_schema
slave_checkpoint_group slave_checkpoint_period slave_max_allowed_packet slave_net_timeout slave_parallel_type
slave_parallel_workers slave_pending_jobs_size_max slave_preserve_commit_order slave_rows_search_algorithms
slave_sql_verify_checksum slave_transaction_retries slave_type_conversions slow_launch_time sort_buffer_size
source_verify_checksum sql_generate_invisible_primary_key sql_mode sql_quote_show_create sql_require_primary_key
sql_safe_updates sql_select_limit sql_warnings ssl_cipher stored_program_cache stored_program_definition_cache
sync_frm sync_relay_log sync_relay_log_info sync_source_info table_definition_cache table_encryption_privilege_check
tablespace_definition_cache temptable_max_mmap temptable_max_ram temptable_use_mmap terminology_use_previous
thread_handling time_zone tls_ciphersuites transaction_alloc_block_size transaction_prealloc_size
transaction_write_set_extraction unique_checks updatable_views_with_limit use_secondary_engine
validate_password.check_user_name validate_password.length validate_password.mixed_case_count
validate_password.number_count validate_password.policy validate_password.special_char_count
windowing_use_high_precision xa_detach_on_prepare
""".split()

OTHER_STATIC = """
allow-suspicious-udfs authentication_policy binlog_gtid_simple_recovery caching_sha2_password_digest_rounds
character-set-client-handshake default_authentication_plugin disabled_storage_engines ft_max_word_len ft_min_word_len
ft_query_expansion_limit ft_stopword_file gtid_mode innodb_api_bk_commit_interval innodb_autoinc_lock_mode
innodb_buffer_pool_chunk_size innodb_dedicated_server innodb_doublewrite innodb_ft_cache_size
innodb_ft_max_token_size innodb_ft_min_token_size innodb_ft_sort_pll_degree innodb_ft_total_cache_size
innodb_log_file_size innodb_log_files_in_group innodb_numa_interleave innodb_page_cleaners innodb_purge_threads
innodb_sort_buffer_size innodb_sync_array_size innodb_use_native_aio innodb_validate_tablespace_paths lc_messages
log_raw metadata_locks_cache_size myisam_mmap_size myisam_recover_options mysql_native_password ngram_token_size
performance_schema_accounts_size performance_schema_consumer_events_stages_current
performance_schema_consumer_events_stages_history performance_schema_consumer_events_stages_history_long
performance_schema_consumer_events_statements_current performance_schema_consumer_events_statements_history
performance_schema_consumer_events_statements_history_long performance_schema_consumer_events_transactions_current
performance_schema_consumer_events_waits_current performance_schema_consumer_events_waits_history
performance_schema_consumer_events_waits_history_long performance_schema_consumer_global_instrumentation
performance_schema_consumer_statements_digest performance_schema_consumer_thread_instrumentation
performance_schema_digests_size performance_schema_error_size performance_schema_events_stages_history_long_size
performance_schema_events_stages_history_size performance_schema_events_statements_history_long_size
performance_schema_events_statements_history_size performance_schema_events_transactions_history_long_size
performance_schema_events_transactions_history_size performance_schema_events_waits_history_long_size
performance_schema_events_waits_history_size performance_schema_hosts_size performance_schema_instrument
performance_schema_max_cond_classes performance_schema_max_cond_instances performance_schema_max_digest_length
performance_schema_max_file_classes performance_schema_max_file_handles performance_schema_max_file_instances
performance_schema_max_index_stat performance_schema_max_memory_classes performance_schema_max_metadata_locks
performance_schema_max_mutex_classes performance_schema_max_mutex_instances
performance_schema_max_prepared_statements_instances performance_schema_max_program_instances
performance_schema_max_rwlock_classes performance_schema_max_rwlock_instances
performance_schema_max_socket_classes performance_schema_max_socket_instances performance_schema_max_sql_text_length
performance_schema_max_stage_classes performance_schema_max_statement_classes
performance_schema_max_statement_stack performance_schema_max_table_handles performance_schema_max_table_instances
performance_schema_max_table_lock_stat performance_schema_max_thread_classes
performance_schema_max_thread_instances performance_schema_session_connect_attrs_size
performance_schema_setup_actors_size performance_schema_setup_objects_size performance_schema_users_size
relay_log_recovery relay_log_space_limit replica_load_tmpdir safe-user-create skip-character-set-client-handshake
skip-slave-start sysdate-is-now table_open_cache_instances thread_stack
""".split()

TYPES = {
    **{name: DYNAMIC for name in OTHER_DYNAMIC},
    **{name: STATIC for name in OTHER_STATIC},
    **{name: apply_type for name, (apply_type, _) in KNOWN_VALUES.items()},
}


def apply_type_of(name):
    """When a change shows: at once (dynamic) or after a restart (static). Of what is not known, at once."""
    return TYPES.get(name, DYNAMIC)


def allowed_values_of(name):
    """What a parameter may be set to, in RDS's words, or None: then anything."""
    return KNOWN_VALUES.get(name, (None, None))[1]


def allows(name, value):
    """Whether a parameter may be set to a value."""
    allowed = allowed_values_of(name)
    if allowed is None or (value.startswith("{") and value.endswith("}")):
        return True
    if "-" in allowed and "," not in allowed:
        return _within(value, allowed, name in FRACTIONS)
    words = allowed.split(",")
    given = value.split(",") if name in LISTS else [value]
    return all(word in words for word in given)


def _within(value, allowed, fractions):
    low, high = (int(bound) for bound in allowed.split("-"))
    try:
        return low <= (float(value) if fractions else int(value)) <= high
    except ValueError:
        return False
