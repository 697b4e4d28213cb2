"""Training the zoo; the one part of the benchmark that needs torch and scikit-learn."""
