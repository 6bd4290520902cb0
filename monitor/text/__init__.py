"""Letters in any script: folding, words and sentences, inflection, names, countries, numbers and dates."""
