"""Pages, notebooks and office documents."""
