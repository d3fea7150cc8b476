"""A questionnaire: questions in questionnaire.yml, a form per student, answers.yml read and judged.

`questions` the nouns · `load` questionnaire.yml · `form` what students fill in · `answers` what
came back · `reading` an answer as letters, numbers or words · `short_answers` a few words as right,
wrong or doubtful · `judging` what it earns · `likeness` what is
compared between students · `checks` what graders call.
"""
