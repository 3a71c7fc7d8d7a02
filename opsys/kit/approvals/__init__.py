"""A second person's approval for chosen actions. Who asks cannot approve; what is approved is what runs, or it is
asked for anew. `perform()` refuses such an action to whoever comes without an approval, by whichever door."""
