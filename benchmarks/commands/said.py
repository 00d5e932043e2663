"""Texts of the synthetic part besides the commands themselves: nothing to obey.

Words that no ear can tell from a command ("paws" and "pause") are left out.
"""

NEAR_MISSES = (
    *("stopped by", "he stopped by", "stop by the shop", "don't stop", "non-stop", "bus stop"),
    *("one more time he said", "once more", "one morning", "no more", "some more water"),
    *("Don", "down", "dawn", "donna", "Done it?", "well done mate", "I'm not done yet"),
    *("start said", "start it", "a fresh start", "start seeing", "star sign", "that's a set"),
    *("ready-made", "already", "get ready with me", "are you ready", "steady", "it's red"),
    *("because", "pours", "the pause button", "applause", "posset"),
    *("slow", "lower", "go slow", "follower", "fast", "faster than him", "plaster", "master"),
    *("helpful", "held", "helmet", "can I help you", "health", "hello"),
    *("painting", "plain", "Spain", "no pain no gain", "again", "campaign", "rain"),
    *("how many people", "how are you", "how much", "how many have you got left today"),
    *("quite", "quiet in here today", "quite right", "diet", "riot"),
    *("talk to me", "more talking", "she talks more than me", "let's talk"),
    *("louder than before", "powder", "prouder", "softer towels", "after", "often"),
    *("repeat customer", "delete it", "complete", "receipt", "read it again"),
    *("locker", "locked out", "looked", "walked", "blocked", "luck"),
    *("busy", "dizzying heights", "hurts my wallet", "shirts"),
    *("resume writing", "presume", "carry on luggage", "carry one", "next week", "text me"),
)
COUNTING = (
    "one, two, three, four, five, six",
    "seven. eight. nine. ten.",
    "ten, nine, eight, seven, six, five, four, three, two, one",
    "one and two and three and four",
    "eleven, twelve, thirteen",
    "four. five.",
    "six",
    "one",
    "ten",
)
TALK = (
    "Did you see the game last night? I couldn't believe the second half.",
    "My shoulder has been fine since I changed the bench.",
    "I usually come in before work, it is much emptier then.",
    "Can you hand me that towel over there, please?",
    "They are putting new machines in next month, or so they told me.",
    "The traffic on the bridge was terrible this morning.",
    "He told me that he runs ten kilometres every Sunday.",
    "She was laughing so much that she dropped her bottle.",
    "How was the holiday? You look as if you got some sun.",
    "We should grab a coffee afterwards, there is a good place on the corner.",
    "I left my headphones in the car again, so I hear everything today.",
    "That song has been stuck in my head for the whole week.",
    "If you like, I can show you how the cable machine works.",
    "The kids start school on Monday and nothing is packed.",
    "It costs about forty a month, and the pool is included.",
    "Nobody ever puts the small plates back where they belong.",
)
