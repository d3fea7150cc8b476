"""One submission's workers: started, asked within their budgets, replaced, and blamed or not."""
