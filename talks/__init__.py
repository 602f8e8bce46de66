"""The programme: talk types, talks, who appears in them, papers, notices."""
