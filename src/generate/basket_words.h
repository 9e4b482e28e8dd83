// The words of which the grocer's departments, aisles and products are named.
#pragma once

#include <array>
#include <string_view>

namespace tradewind::generate::basket {

// `aisles` and `goods` are separated by semicolons. `weight`: how wide its aisles are.
struct Department {
    std::string_view name;
    int weight = 1;
    std::string_view aisles;
    std::string_view goods;
};

constexpr std::array<Department, 21> departments = {{
    {"frozen",
     8,
     "frozen meals;frozen pizza;frozen vegetables;frozen fruit;"
     "frozen breakfast;frozen desserts;ice cream;ice pops;frozen appetizers;"
     "frozen seafood",
     "Pizza;Burrito;Waffles;Lasagna;Ice Cream;Sorbet;Peas;Mixed Berries;"
     "Pot Pie;Dumplings;Fish Sticks;Sandwich Bars"},
    {"other",
     1,
     "seasonal",
     "Gift Card Holder;Party Favors;Greeting Cards;Balloons;Ribbon;"
     "Holiday Lights;Umbrella;Phone Charger"},
    {"bakery",
     4,
     "sliced bread;rolls and buns;tortillas;bagels and muffins;"
     "cakes and pies;cookies",
     "Bread;Bagels;Baguette;Hamburger Buns;Croissants;Tortillas;Muffins;"
     "Angel Food Cake;Apple Pie;Pita;Dinner Rolls;English Muffins"},
    {"produce",
     8,
     "fruit;vegetables;packaged fruit;salad greens;herbs;mushrooms",
     "Bananas;Strawberries;Spinach;Avocado;Lemon;Limes;Raspberries;Cucumber;"
     "Zucchini;Baby Carrots;Cilantro;Red Onion;Grape Tomatoes;"
     "Honeycrisp Apples"},
    {"alcohol",
     3,
     "beer and cider;red wine;white wine;spirits;sparkling wine",
     "Pinot Noir;Chardonnay;India Pale Ale;Lager;Vodka;Gin;Merlot;"
     "Hard Cider;Prosecco;Bourbon"},
    {"international",
     3,
     "mexican;japanese;chinese;indian;middle eastern",
     "Coconut Milk;Curry Paste;Soy Sauce;Rice Noodles;Taco Shells;"
     "Salsa Verde;Tahini;Naan;Miso Paste;Matzo;Refried Beans"},
    {"beverages",
     9,
     "water;sparkling water;soda;coffee beans;tea bags;juice;sports drinks;"
     "cocoa",
     "Sparkling Water;Orange Juice;Cola;Green Tea;Ground Coffee;Lemonade;"
     "Kombucha;Root Beer;Apple Cider;Iced Tea;Coconut Water;Hot Cocoa"},
    {"pets",
     3,
     "dog food;cat food;dog treats;litter",
     "Dog Food;Cat Food;Dog Treats;Cat Litter;Kitten Chow;Rawhide Chews;"
     "Canned Dinner;Dental Sticks"},
    {"dry goods pasta",
     5,
     "pasta;rice;grains;pasta sauces;noodles;dried beans",
     "Spaghetti;Penne;Basmati Rice;Quinoa;Marinara Sauce;Couscous;Ramen;"
     "Black Beans;Lentils;Fusilli;Egg Noodles"},
    {"bulk",
     1,
     "bulk nuts;bulk grains",
     "Almonds;Rolled Oats;Cashews;Trail Mix;Pumpkin Seeds;Dried Mango;"
     "Granola Clusters"},
    {"personal care",
     8,
     "shampoo;toothpaste;body wash;deodorant;shaving;lotions;vitamins;"
     "pain relief;cough and cold;feminine hygiene;cosmetics;hand soap",
     "Shampoo;Conditioner;Toothpaste;Body Wash;Deodorant;Razors;Hand Soap;"
     "Multivitamin;Lip Balm;Sunscreen;Bandages;Mouthwash;Face Cream;"
     "Cough Drops"},
    {"meat seafood",
     4,
     "beef;pork;chicken;turkey;fish;shellfish;sausages",
     "Ground Beef;Chicken Breasts;Salmon Fillet;Bacon;Pork Chops;Shrimp;"
     "Turkey Sausage;Ribeye Steak;Cod;Drumsticks;Bratwurst"},
    {"pantry",
     9,
     "flour and sugar;spices;oils;vinegar;nut butters;honey and syrup;jams;"
     "condiments;salad dressings;pickles and olives;baking mixes;"
     "sauces and marinades",
     "Olive Oil;Peanut Butter;Ketchup;Mustard;Sea Salt;Maple Syrup;"
     "Brown Sugar;Balsamic Vinegar;Ranch Dressing;Olives;"
     "Strawberry Preserves;Pancake Mix;Cinnamon;Barbecue Sauce"},
    {"breakfast",
     4,
     "cereals;oatmeal;granola and muesli;breakfast bars",
     "Corn Flakes;Oatmeal;Granola;Breakfast Bars;Toaster Pastries;Muesli;"
     "Bran Flakes;Instant Grits"},
    {"canned goods",
     5,
     "canned vegetables;canned fruit;soups;canned fish;canned beans;broths",
     "Chicken Noodle Soup;Diced Tomatoes;Garbanzo Beans;Tuna;"
     "Vegetable Broth;Sweet Corn;Pineapple Chunks;Chili;Sardines;"
     "Pumpkin Puree"},
    {"dairy eggs",
     9,
     "cow's milk;plant milk;yogurts;sliced cheese;cheese specialties;"
     "butter and margarine;cartons of eggs;creams and creamers;tofu",
     "Whole Milk;Almond Milk;Greek Yogurt;Cheddar Cheese;Mozzarella;Butter;"
     "Large Eggs;Half & Half;Sour Cream;Cream Cheese;Firm Tofu;"
     "String Cheese;Kefir"},
    {"household",
     6,
     "paper towels and tissue;laundry care;dishwashing;cleaners;"
     "bags and wraps;candles;kitchen tools;tableware;garden",
     "Paper Towels;Bath Tissue;Laundry Detergent;Dish Soap;Trash Bags;"
     "Aluminum Foil;Glass Cleaner;Sponges;Pie Plate;Skewers;Scented Candle;"
     "Light Bulbs;Batteries"},
    {"babies",
     3,
     "diapers;baby food;baby formula;baby bath",
     "Diapers;Baby Wipes;Apple Puree;Infant Formula;Teething Biscuits;"
     "Baby Shampoo;Puffs"},
    {"snacks",
     9,
     "chips;crackers snacks;pretzels and popcorn;candy;chocolate;"
     "nuts and seeds;energy bars;fruit snacks;jerky;cookies and wafers;dips",
     "Tortilla Chips;Potato Chips;Pretzels;Popcorn;Dark Chocolate;"
     "Gummy Bears;Almond Bar;Rice Cakes;Fruit Leather;Beef Jerky;"
     "Sandwich Cookies;Crackers;Pita Chips;Peanut Clusters"},
    {"deli",
     4,
     "cold cuts;prepared salads;hummus and spreads;ready meals;antipasti;"
     "fresh soups",
     "Hummus;Roasted Turkey;Black Forest Ham;Potato Salad;Guacamole;Salami;"
     "Chicken Salad;Pesto;Sushi Roll;Tzatziki"},
    {"missing", 3, "missing", "Product;Assortment;Special Order;Variety Box"},
}};

// What comes first in a name.
constexpr std::array<std::string_view, 40> qualities = {
    {"Organic",       "Classic",     "Original",    "Natural",     "Premium",    "Homestyle",
     "Old Fashioned", "Gluten Free", "Reduced Fat", "Low Sodium",  "Fat Free",   "100% Natural",
     "Light",         "Extra",       "Crunchy",     "Creamy",      "Sugar Free", "Unsweetened",
     "Smoked",        "Roasted",     "Fresh",       "Deluxe",      "Artisan",    "Country",
     "Farmhouse",     "Golden",      "Family",      "Whole Grain", "Sweet",      "Spicy",
     "Mild",          "Tangy",       "Traditional", "Gourmet",     "Harvest",    "Simply",
     "Pure",          "Ultra",       "Mini",        "Jumbo"}
};

// What it tastes or smells of.
constexpr std::array<std::string_view, 60> flavors = {
    {"Vanilla",       "Chocolate",     "Strawberry",
     "Blueberry",     "Lemon",         "Lime",
     "Orange",        "Peach",         "Mango",
     "Raspberry",     "Cherry",        "Apple Cinnamon",
     "Honey",         "Maple",         "Caramel",
     "Sea Salt",      "Black Pepper",  "Garlic",
     "Garlic & Herb", "Rosemary",      "Basil",
     "Tomato",        "Chipotle",      "Buffalo",
     "Barbecue",      "Hickory",       "Teriyaki",
     "Sesame",        "Ginger",        "Coconut",
     "Almond",        "Hazelnut",      "Pecan",
     "Peanut",        "Pumpkin",       "Cranberry",
     "Pomegranate",   "Watermelon",    "Cucumber",
     "Mint",          "Lavender",      "Eucalyptus",
     "Green Tea",     "Mocha",         "Espresso",
     "Cheddar",       "Parmesan",      "Three Cheese",
     "Mushroom",      "Onion",         "Sour Cream & Onion",
     "Dill",          "Ranch",         "Southwest",
     "Tuscan",        "Mediterranean", "Thai",
     "Cajun",         "Hawaiian",      "Ocean Breeze"}
};

// With a comma, as one name in sixteen has.
constexpr std::array<std::string_view, 10> endings = {
    {", Unscented",
     ", Family Size",
     ", Variety Pack",
     ", 12 Count",
     ", No Salt Added",
     ", Low Fat",
     ", Original",
     ", 2 Pack",
     ", Single Serve",
     ", Washable, No Run"}
};

// With a quote, and a backslash before it: that is how the original writes inches and slogans.
constexpr std::array<std::string_view, 5> quoted_beginnings = {
    {"9\\\" ", "6\\\" ", "10.25\\\" ", "The \\\"World's Best\\\" ", "\\\"Good Morning\\\" "}
};

// With letters beyond ASCII.
constexpr std::array<std::string_view, 8> foreign_flavors = {
    {"Cr\xC3\xA8me Fra\xC3\xAE"
     "che",
     "Jalape\xC3\xB1o",
     "A\xC3\xA7"
     "a\xC3\xAD",
     "Cr\xC3\xA8me Br\xC3\xBBl\xC3\xA9"
     "e",
     "Pi\xC3\xB1"
     "a Colada",
     "Ros\xC3\xA9",
     "Gruy\xC3\xA8re",
     "Saut\xC3\xA9"}
};

}  // namespace tradewind::generate::basket
