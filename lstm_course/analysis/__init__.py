"""What a net remembers, how far its gradient reaches, and how sure a number is.

``gradient_flow``  products of step Jacobians, their norms by distance, the bound on them
``memory``         linear probes: what can be read from a hidden state
``statistics``     intervals for shares and means
``comparison``     changed pairs, effect sizes, shares of variance, a mixed model
"""
