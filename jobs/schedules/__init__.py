"""Work that begins by the clock: when (`times`), what (`work`), that it happened once (`running`), and its doors."""
